/* Small behaviours, all by data attributes; none of them is needed to read a page or to send a form. */
(function () {
  'use strict';
  var SENT = 'data-sent';
  function meta(name) {
    var tag = document.querySelector('meta[name="' + name + '"]');
    return tag ? tag.content : '';
  }

  /* ---- one click, one request: the buttons of a form rest until the answer is here ---- */
  function rest(form) {
    form.setAttribute(SENT, '');
    setTimeout(function () {
      buttons(form).forEach(function (button) { if (!button.disabled) { button.disabled = true; button.setAttribute('data-rests', ''); } });
    }, 0);
    if (form.matches('[data-download]')) setTimeout(function () { wake(form); }, 4000);
  }
  function wake(form) {
    form.removeAttribute(SENT);
    buttons(form).forEach(function (button) { if (button.matches('[data-rests]')) { button.disabled = false; button.removeAttribute('data-rests'); } });
  }
  function buttons(form) {
    return [].filter.call(form.elements, function (field) { return field.matches('button,input[type=submit]') && field.type === 'submit'; });
  }
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || form.hasAttribute('hx-post')) return;
    if (form.hasAttribute(SENT)) { event.preventDefault(); return; }
    rest(form);
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) document.querySelectorAll('form[' + SENT + ']').forEach(wake);
  });

  /* ---- are you sure: data-confirm on a form, a submit button or a link; # stands for how many boxes of data-confirm-count are checked ---- */
  var ask = document.getElementById('ask');
  var waiting = null;
  function question(element) {
    ask.querySelector('[data-ask=title]').textContent = element.getAttribute('data-confirm-title') || '请确认';
    var text = element.getAttribute('data-confirm');
    var boxes = element.getAttribute('data-confirm-count');
    if (boxes) text = text.replace('#', document.querySelectorAll('input[type=checkbox][name="' + boxes + '"]:checked').length);
    ask.querySelector('[data-ask=text]').textContent = text;
    var yes = ask.querySelector('[data-ask=yes]');
    yes.textContent = element.getAttribute('data-confirm-verb') || '确定';
    yes.className = 'btn ' + (element.hasAttribute('data-confirm-bad') ? 'btn-bad' : 'btn-primary');
    ask.showModal();
  }
  document.addEventListener('click', function (event) {
    var element = event.target.closest('a[data-confirm],button[data-confirm]');
    if (!ask || !element || element.disabled || element === waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = element;
    question(element);
  }, true);
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!ask || !form.matches('form[data-confirm]') || form === waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = form;
    question(form);
  }, true);
  if (ask) ask.addEventListener('close', function () {
    var element = waiting;
    if (ask.returnValue === 'yes' && element) { if (element.matches('form')) element.requestSubmit(); else element.click(); }
    waiting = null;
    ask.returnValue = '';
  });

  /* ---- print, peek at a password, open and close, take away, choose all, drop a file ---- */
  document.addEventListener('click', function (event) {
    var hit = function (name) { return event.target.closest('[data-' + name + ']'); };
    if (hit('print')) window.print();
    if (hit('peek')) peek(hit('peek'));
    if (hit('open')) toggle(hit('open'));
    if (hit('dismiss')) hit('dismiss').closest('.note,.says>*').remove();
  });
  function peek(button) {
    var field = document.getElementById(button.getAttribute('data-peek'));
    field.type = field.type === 'password' ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(field.type === 'text'));
  }
  function toggle(button) {
    var target = document.getElementById(button.getAttribute('data-open'));
    button.setAttribute('aria-expanded', String(target.classList.toggle('open')));
  }
  document.addEventListener('change', function (event) {
    var all = event.target.closest('[data-check-all]');
    if (all) document.querySelectorAll('input[type=checkbox][name="' + all.getAttribute('data-check-all') + '"]').forEach(function (box) {
      if (!all.hasAttribute('data-check-of') || box.getAttribute('data-of') === all.getAttribute('data-check-of')) box.checked = all.checked;
    });
    var file = event.target.closest('[data-drop] input[type=file]');
    if (file) file.closest('[data-drop]').querySelectorAll('[data-drop-name]').forEach(function (place) { place.textContent = file.files.length ? file.files[0].name : ''; });
  });
  ['dragover', 'dragleave', 'drop'].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var place = event.target.closest && event.target.closest('[data-drop]');
      if (!place) return;
      event.preventDefault();
      place.classList.toggle('over', kind === 'dragover');
      if (kind !== 'drop' || !event.dataTransfer.files.length) return;
      var input = place.querySelector('input[type=file]');
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  });

  /* ---- htmx: the token, a lost session, a failed request ---- */
  document.addEventListener('htmx:configRequest', function (event) {
    if (event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = meta('csrf-token');
  });
  document.addEventListener('htmx:beforeSwap', function (event) {
    var path = meta('sign-in');
    if (path && event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === path) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  function say(text) {
    var place = document.getElementById('says');
    var pattern = document.getElementById('say-bad');
    if (!place || !pattern) return;
    var note = pattern.content.cloneNode(true);
    note.querySelector('[data-text]').textContent = text;
    place.replaceChildren ? place.replaceChildren(note) : place.appendChild(note);
  }
  document.addEventListener('htmx:sendError', function () { say('网络没有接通，请检查网络后再试。'); });
  document.addEventListener('htmx:timeout', function () { say('等了太久没有回应，请稍后再试。'); });
  document.addEventListener('htmx:responseError', function (event) {
    say(event.detail.xhr.status === 403 ? '没有权限，或页面停留太久，请刷新后再试。' : '这一步没有完成，请稍后再试。');
  });

  /* ---- where somebody is in a row of pages that rolls sideways: in its middle, as far as it goes ---- */
  var here = document.querySelector('.seg-roll [aria-current]');
  if (here) here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft - (here.parentNode.clientWidth - here.offsetWidth) / 2;

  /* ---- a link to #figure opens the marks behind that figure: it can be sent to somebody ---- */
  var panel = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (panel && panel.matches('.offcanvas') && window.bootstrap) window.bootstrap.Offcanvas.getOrCreateInstance(panel).show();
})();
