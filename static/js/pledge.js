/* The sum of the weights while goals are written; the page says the same when it is sent. */
(function () {
  'use strict';
  var sum = document.querySelector('[data-weight-sum]');
  if (!sum) return;
  var count = function () {
    var total = 0;
    document.querySelectorAll('.goal').forEach(function (goal) {
      var weight = goal.querySelector('[data-weight]');
      var task = goal.querySelector('textarea');
      if (weight && task && task.value.trim()) total += parseInt(weight.value, 10) || 0;
    });
    sum.textContent = total;
    sum.classList.toggle('l-bad', total !== 100);
  };
  document.addEventListener('input', count);
  count();
})();
