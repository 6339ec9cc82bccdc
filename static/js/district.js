/* The sum of the maxima while indicators are written; the page says the same when it is sent. */
(function () {
  'use strict';
  var place = document.querySelector('[data-maxima]');
  if (!place) return;
  function count() {
    var sum = 0;
    document.querySelectorAll('.dis-item').forEach(function (item) {
      var title = item.querySelector('input[name$="-title"]');
      var maximum = item.querySelector('[data-maximum]');
      if (title.value.trim()) sum += parseInt(maximum.value.normalize('NFKC'), 10) || 0;
    });
    place.textContent = sum;
    place.classList.toggle('l-bad', sum !== 100);
  }
  document.addEventListener('input', count);
  count();
})();
