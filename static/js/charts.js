/* Draws every <canvas data-chart="radar|line" data-from="ID"> from <script type="application/json" id="ID">. Colours come from the tokens.
   The page says the same in words: nothing is lost without this script. */
(function () {
  'use strict';
  if (!window.Chart) return;
  var drawn = [];
  var OTHERS = ['--yl-warn', '--yl-ok', '--yl-bad'];
  var DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
  function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function colour(set, at) {
    if (set.role === 'mean') return css('--yl-mean');
    return css(at ? OTHERS[(at - 1) % OTHERS.length] : '--yl-data');
  }
  function config(kind, data, isComparison) {
    var mean = data.series.filter(function (one) { return one.role === 'mean'; })[0];
    function under(i) { return !!mean && data.series[0].values[i] < mean.values[i]; }
    var font = { family: css('--yl-font'), size: 12 };
    var sets = data.series.map(function (one, at) {
      var c = colour(one, at);
      var isMean = one.role === 'mean';
      return {
        label: one.name, data: one.values, borderColor: c, borderWidth: isMean ? 1.5 : 2, borderDash: isMean ? [4, 3] : DASHES[at % DASHES.length],
        pointRadius: kind === 'line' ? 4 : 2.5, pointBackgroundColor: c, pointBorderColor: css('--yl-surface'), pointBorderWidth: kind === 'line' ? 2 : 0,
        backgroundColor: kind === 'radar' && !isMean && !isComparison ? c + '22' : 'transparent', fill: kind === 'radar', tension: 0
      };
    });
    var grid = { color: css('--yl-line') };
    var ticks = { color: css('--yl-ink-3'), font: font, stepSize: data.step };
    function label(word, i) {
      if (isComparison) return word;
      return [word, data.series[0].values[i] + (under(i) ? ' ▼' : '')];
    }
    var scales = kind === 'radar'
      ? { r: { min: data.min, max: data.max, ticks: { display: false, stepSize: data.step }, grid: grid, angleLines: grid, pointLabels: { color: function (c) { return !isComparison && under(c.index) ? css('--yl-bad') : css('--yl-ink-2'); }, font: font, padding: 4, callback: label } } }
      : { x: { grid: { display: false }, border: { color: css('--yl-line') }, ticks: ticks, offset: true }, y: { min: data.min, max: data.max, grid: grid, border: { display: false }, ticks: ticks } };
    var values = { id: 'values', afterDatasetsDraw: function (chart) {
      var x = chart.ctx;
      x.save();
      x.textAlign = 'center';
      x.fillStyle = css('--yl-ink');
      x.font = '600 12px ' + css('--yl-font');
      chart.getDatasetMeta(0).data.forEach(function (p, i) { x.fillText(data.series[0].values[i].toFixed(2), p.x, under(i) ? p.y + 20 : p.y - 11); });
      x.restore();
    } };
    return {
      type: kind, data: { labels: data.labels, datasets: sets },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, locale: 'zh-CN', layout: { padding: kind === 'line' ? { top: 18, right: 18 } : 0 },
        interaction: { mode: 'index', intersect: false },
        plugins: { legend: { display: false }, tooltip: { titleFont: font, bodyFont: font, boxWidth: 8, boxHeight: 8 } },
        scales: scales
      },
      plugins: kind === 'line' ? [values] : []
    };
  }
  function draw() {
    drawn.forEach(function (chart) { chart.destroy(); });
    drawn = [].map.call(document.querySelectorAll('canvas[data-chart]'), function (canvas) {
      var data = JSON.parse(document.getElementById(canvas.getAttribute('data-from')).textContent);
      return new Chart(canvas, config(canvas.getAttribute('data-chart'), data, canvas.hasAttribute('data-compare')));
    });
  }
  draw();
  document.addEventListener('yl:theme', draw);
  /* paper is light and 182 mm wide, whatever the screen is */
  var root = document.documentElement;
  var kept;
  window.addEventListener('beforeprint', function () {
    kept = root.getAttribute('data-bs-theme');
    root.setAttribute('data-bs-theme', 'light');
    draw();
    drawn.forEach(function (chart) { chart.options.responsive = false; chart.resize(312, 170); });
  });
  window.addEventListener('afterprint', function () { root.setAttribute('data-bs-theme', kept); draw(); });
})();
