/* Bad cells of an import, mended from the keyboard: Enter saves and goes on to the next one (Ctrl and Enter where
   a cell has lines), Esc leaves it as it was. */
(function () {
  'use strict';
  var sent = null;
  function cells() { return [].slice.call(document.querySelectorAll('[data-cell]')); }
  function leave(cell) {
    if (cell.matches('select')) [].forEach.call(cell.options, function (option) { option.selected = option.defaultSelected; });
    else cell.value = cell.defaultValue;
    cell.blur();
  }
  document.addEventListener('keydown', function (event) {
    var cell = event.target.closest && event.target.closest('[data-cell]');
    if (!cell || event.isComposing) return;
    if (event.key === 'Escape') leave(cell);
    if (event.key === 'Enter' && (cell.matches('select') || (event.ctrlKey && cell.matches('textarea')))) { event.preventDefault(); cell.form.requestSubmit(); }
  });
  document.addEventListener('htmx:beforeRequest', function (event) {
    var form = event.detail.elt;
    var cell = form.matches('form') ? form.querySelector('[data-cell]') : null;
    var all = cells();
    sent = cell ? all.slice(all.indexOf(cell)).map(function (one) { return one.id; }) : null;
  });
  /* A cell that is still wrong stays the one to mend; else the next one is, and after the last one the first again. */
  document.addEventListener('htmx:afterSettle', function () {
    if (!sent) return;
    var found = sent.map(function (id) { return document.getElementById(id); }).filter(Boolean);
    var next = found[0] || cells()[0] || document.querySelector('.dock .btn-primary:not(:disabled)');
    sent = null;
    var types = next === document.activeElement && next.value !== next.defaultValue;  // faster than the page
    if (!next || types) return;
    next.focus();
    if (next.select) next.select();
  });
})();
