/* Search boxes and filter forms. Chinese is typed through a composition: react to `input` outside of one, never to keys.
   Fires `yl:search` on the form; htmx listens to it, a form without htmx is submitted when a choice changes. */
(function () {
  'use strict';
  var WAIT = 250;
  var timers = new WeakMap();
  var composing = false;

  function tell(form) {
    if (form.matches('[hx-get]')) form.dispatchEvent(new CustomEvent('yl:search', { bubbles: true }));
    else form.requestSubmit();
  }
  function later(field) {
    var form = field.form;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { tell(form); }, WAIT));
  }
  function isTyped(field) {
    return field.form && field.matches('[data-search]') && field.form.matches('[hx-get]');
  }
  document.addEventListener('compositionstart', function () { composing = true; });
  document.addEventListener('compositionend', function (event) {
    composing = false;
    if (isTyped(event.target)) later(event.target);
  });
  document.addEventListener('input', function (event) {
    if (!composing && !event.isComposing && isTyped(event.target)) later(event.target);
  });
  document.addEventListener('change', function (event) {
    var field = event.target;
    if (field.form && field.form.matches('[data-auto-submit]') && !field.matches('[data-search]')) tell(field.form);
  });

  /* Empty conditions stay out of the address. */
  document.addEventListener('htmx:configRequest', function (event) {
    if (!event.target.matches('form[data-auto-submit],form[data-find]')) return;
    var given = event.detail.parameters;
    if (!event.target.getAttribute('hx-get')) event.detail.path = location.pathname;
    Object.keys(given).forEach(function (name) { if (given[name] === '') delete given[name]; });
  });
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.matches('[data-auto-submit]') || event.defaultPrevented) return;
    form.querySelectorAll('input,select').forEach(function (field) { if (field.name && field.value === '') field.disabled = true; });
  });

  /* “/” goes to the search box, Escape closes its hits. */
  function hits() { return document.getElementById('find-hits'); }
  document.addEventListener('keydown', function (event) {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest('input,textarea,select,[contenteditable],dialog')) {
      var field = document.querySelector('.top [data-search]') || document.querySelector('[data-search]');
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    }
    if (event.key === 'Escape' && hits()) hits().textContent = '';
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target.closest('[data-find]')) move(event);
  });
  document.addEventListener('click', function (event) {
    if (hits() && !event.target.closest('[data-find]')) hits().textContent = '';
  });
  function move(event) {
    var stops = [].slice.call(event.target.closest('[data-find]').querySelectorAll('[data-search],.find-hits a'));
    var next = stops[stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next && stops.length > 1) { event.preventDefault(); next.focus(); }
  }
})();
