/* Runs in <head>, before the first paint: the theme is a preference of this browser, not of the page. */
(function () {
  'use strict';
  var root = document.documentElement;
  var asked = /[?&]theme=(light|dark)\b/.exec(location.search);
  var saved = null;
  try { saved = localStorage.getItem('yl-theme'); } catch (error) { saved = null; }
  root.setAttribute('data-bs-theme', (asked && asked[1]) || saved || 'light');
  root.classList.add('js');
  document.addEventListener('click', function (event) {
    if (!event.target.closest('[data-theme-toggle]')) return;
    var theme = root.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
    root.setAttribute('data-bs-theme', theme);
    try { localStorage.setItem('yl-theme', theme); } catch (error) { saved = theme; }
    document.dispatchEvent(new Event('yl:theme'));
  });
})();
