/* A grid of inputs (data-row, data-column): moved in by arrows and Enter, filled by pasting cells copied elsewhere. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-grid]');
  if (!form) return;
  function at(row, column) { return form.querySelector('[data-row="' + row + '"][data-column="' + column + '"]'); }
  function place(field) { return { row: Number(field.getAttribute('data-row')), column: Number(field.getAttribute('data-column')) }; }
  /* Rows that are not filled in here (oneself, exempt ones) are stepped over. */
  function below(row, column, step) {
    var last = form.querySelectorAll('tbody tr').length;
    for (row += step; row > 0 && row <= last; row += step) if (at(row, column)) return at(row, column);
    return null;
  }
  function go(field) { if (field) { field.focus(); field.select(); field.scrollIntoView({ block: 'nearest', inline: 'nearest' }); } return Boolean(field); }
  function isWhole(field) { return field.selectionStart === 0 && field.selectionEnd === field.value.length; }
  function moved(event, field) {
    var here = place(field);
    if (event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey)) return go(below(here.row, here.column, 1)) || event.key === 'Enter';
    if (event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey)) return go(below(here.row, here.column, -1)) || event.key === 'Enter';
    if (event.key === 'ArrowRight' && (isWhole(field) || field.selectionStart === field.value.length)) return go(at(here.row, here.column + 1));
    if (event.key === 'ArrowLeft' && (isWhole(field) || field.selectionEnd === 0)) return go(at(here.row, here.column - 1));
    if (event.key === 'Escape') { field.value = field.defaultValue; field.select(); return true; }
    return false;
  }
  form.addEventListener('keydown', function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !event.target.matches('[data-row]')) return;
    if (moved(event, event.target)) event.preventDefault();
  });
  form.addEventListener('focusin', function (event) { if (event.target.matches('[data-row]')) event.target.select(); });
  form.addEventListener('paste', function (event) {
    if (!event.target.matches('[data-row]')) return;
    var lines = event.clipboardData.getData('text').replace(/\r/g, '').replace(/\n$/, '').split('\n');
    if (lines.length === 1 && lines[0].indexOf('\t') < 0) return;
    event.preventDefault();
    var here = place(event.target);
    var field = event.target;
    lines.forEach(function (line) {
      if (!field) return;
      var row = place(field).row;
      line.split('\t').forEach(function (text, shift) {
        var cell = at(row, here.column + shift);
        if (cell) cell.value = text.trim();
      });
      field = below(row, here.column, 1);
    });
  });
  window.addEventListener('beforeunload', function (event) {
    if (form.hasAttribute('data-sent')) return;
    if ([].some.call(form.querySelectorAll('[data-row]'), function (one) { return one.value !== one.defaultValue; })) { event.preventDefault(); event.returnValue = ''; }
  });
})();
