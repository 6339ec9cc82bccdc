/* The code of a vote, or of a printed scorecard, stands behind the # of the address, which the browser sends to nobody: put it into the field,
   take it out of the address, and go on. Without this script the code is typed. */
(function () {
  'use strict';
  var field = document.querySelector('[data-from-address]');
  var code = window.location.hash.slice(1);
  if (!field || !code) return;
  window.history.replaceState(null, '', window.location.pathname);
  field.value = decodeURIComponent(code);
  field.form.submit();
})();
