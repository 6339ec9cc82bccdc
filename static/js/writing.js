/* Texts that save themselves a moment after the last stroke, and how many characters they have. Without this
   script the same form is saved by its button. */
(function () {
  'use strict';
  var PAUSE = 1500;
  var form = document.querySelector('form[data-autosave]');
  var timer = null;
  var running = false;
  var waiting = null;  // the button that was pressed while a draft was on its way
  var again = false;

  /* ---- how much there is --------------------------------------------------------------- */
  function beside(field) {
    var place = field.nextElementSibling;
    if (place && place.matches('.counted')) return place;
    place = document.createElement('span');
    place.className = 'counted';
    field.insertAdjacentElement('afterend', place);
    return place;
  }
  function count(field) {
    var most = Number(field.getAttribute('data-count'));
    var place = beside(field);
    place.textContent = field.value ? field.value.length + '/' + most : '';
    place.classList.toggle('over', field.value.length > most);
  }
  var total = document.querySelector('[data-words-total]');
  var word = total ? new RegExp(total.getAttribute('data-word'), 'gu') : null;
  function words(text) { return (text.match(word) || []).length; }
  function countWords() {
    var sum = 0;
    document.querySelectorAll('[data-words]').forEach(function (field) {
      var here = words(field.value);
      beside(field).textContent = here + ' 字';
      sum += here;
    });
    total.textContent = sum;
    total.parentNode.classList.toggle('over', sum > Number(total.getAttribute('data-words-total')));
  }
  function refresh(field) {
    if (field.matches('[data-count]')) count(field);
    if (total && field.matches('[data-words]')) countWords();
  }
  document.querySelectorAll('[data-count]').forEach(count);
  if (total) countWords();
  document.addEventListener('input', function (event) { refresh(event.target); });
  var first = document.querySelector('[data-at] textarea');
  if (first) first.focus();

  /* ---- drafts that save themselves ------------------------------------------------------ */
  if (!form) return;
  var says = form.querySelector('[data-saved]');
  function say(text, isBad) {
    says.textContent = text;
    says.classList.toggle('l-bad', Boolean(isBad));
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }
  function settle() {
    running = false;
    if (waiting) {
      var button = waiting;
      waiting = null;
      form.requestSubmit(button === form ? undefined : button);
    } else if (again) {
      again = false;
      soon();
    }
  }
  function save() {
    if (running) { again = true; return; }
    running = true;
    fetch(form.action || location.href, { method: 'POST', body: new FormData(form), headers: { 'X-Autosave': '1' }, credentials: 'same-origin', redirect: 'error' })
      .then(function (answer) {
        if (!answer.headers.get('Content-Type') || answer.headers.get('Content-Type').indexOf('json') < 0) throw new Error('no answer');
        return answer.json();
      })
      .then(function (said) {
        if (said.refused) { say('没有保存：' + said.refused, true); return; }
        form.elements.version.value = said.version;
        say(said.saved);
      })
      .catch(function () { say('没有保存，网络没有接通；请稍后点“保存”。', true); })
      .then(settle);
  }
  form.addEventListener('input', function (event) {
    if (!event.isComposing && !event.target.name.match(/^note-/)) soon();
  });
  form.addEventListener('compositionend', soon);
  /* A button that is pressed while a draft is on its way waits for the new version. */
  document.addEventListener('submit', function (event) {
    if (event.target !== form) return;
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event.submitter || form;
  }, true);
})();
