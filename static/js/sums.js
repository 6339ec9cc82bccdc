/* Sums that are shown while one types: data-sum names the inputs of its data-sum-box that it adds up by data-sum-of. */
(function () {
  'use strict';
  function read(field) {
    var number = parseFloat(field.value.normalize('NFKC').replace('%', ''));
    return isFinite(number) ? Math.round(number * 100) : 0;
  }
  function show(place) {
    var name = place.getAttribute('data-sum');
    var box = place.closest('[data-sum-box]');
    var sum = [].reduce.call(box.querySelectorAll('[data-sum-of="' + name + '"]'), function (all, field) { return all + read(field); }, 0);
    var isWhole = sum === Math.round(parseFloat(place.getAttribute('data-sum-whole')) * 100);
    place.textContent = String(sum / 100) + '%' + (isWhole || !sum ? '' : '，应为 100%');
    place.classList.toggle('l-bad', Boolean(sum) && !isWhole);
  }
  function all() { document.querySelectorAll('[data-sum]').forEach(show); }
  document.addEventListener('input', function (event) { if (event.target.matches('[data-sum-of]')) all(); });
  all();
})();
