/* The tree of organisations by keyboard (the ARIA tree pattern) and branches that are fetched when they are opened.
   Without it the arrows are links that open a branch on a new page. */
(function () {
  'use strict';
  var tree = document.querySelector('[data-tree]');
  var search = document.querySelector('[data-tree-search]');
  var FORGET = 700;
  var typed = '';
  var timer = 0;

  function all() {
    return [].filter.call(tree.querySelectorAll('[role=treeitem]'), function (item) { return !item.parentElement.closest('[aria-expanded=false]'); });
  }
  function above(item) { return item.parentElement.closest('[role=treeitem]'); }
  function group(item) { return item.querySelector(':scope > [role=group]'); }
  function isOpen(item) { return item.getAttribute('aria-expanded') === 'true'; }
  function hasBranch(item) { return item.hasAttribute('aria-expanded'); }
  function name(item) { return item.querySelector('.tree-n').textContent; }

  /* ---- one stop for the Tab key ---- */
  function settle(scope) {
    scope.querySelectorAll('[role=treeitem]').forEach(function (item) { item.tabIndex = -1; });
    scope.querySelectorAll('a').forEach(function (link) { link.tabIndex = -1; });
    /* The line itself says whether it is open; its name is what stands in it. */
    scope.querySelectorAll('[data-toggle]').forEach(function (toggle) { toggle.setAttribute('aria-hidden', 'true'); });
  }
  function go(item) {
    if (!item) return;
    tree.querySelectorAll('[role=treeitem][tabindex="0"]').forEach(function (other) { other.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus({ preventScroll: true });
    item.firstElementChild.scrollIntoView({ block: 'nearest' });
  }

  /* ---- open and close; the address says what is open ---- */
  function remember() {
    var url = new URL(location.href);
    var open = [].map.call(tree.querySelectorAll('[aria-expanded=true]'), function (item) { return item.getAttribute('data-unit'); });
    url.searchParams.delete('at');
    if (open.length) url.searchParams.set('open', open.join('.')); else url.searchParams.delete('open');
    history.replaceState(history.state, '', url);
  }
  function show(item, open) {
    item.setAttribute('aria-expanded', String(open));
    var toggle = item.querySelector('[data-toggle]');
    toggle.setAttribute('aria-label', (open ? '收起' : '展开') + '：' + name(item));
    remember();
  }
  function address(item) {
    var url = new URL(tree.getAttribute('data-branch-url'), location.href);
    ['open', 'at', 'q', 'go'].forEach(function (key) { url.searchParams.delete(key); });
    url.searchParams.set('branch', item.getAttribute('data-unit'));
    return url.pathname + url.search;
  }
  function open(item) {
    if (group(item)) { show(item, true); return; }
    if (item.classList.contains('waits')) return;
    item.classList.add('waits');
    window.htmx.ajax('GET', address(item), { source: item, target: item, swap: 'beforeend' }).then(function () {
      item.classList.remove('waits');
      if (!group(item)) return;
      settle(group(item));
      show(item, true);
    });
  }
  function close(item) { show(item, false); }

  /* ---- keys ---- */
  function jump(item, key) {
    clearTimeout(timer);
    timer = setTimeout(function () { typed = ''; }, FORGET);
    typed += key.toLowerCase();
    var items = all();
    var start = items.indexOf(item) + (typed.length > 1 ? 0 : 1);
    go(items.slice(start).concat(items.slice(0, start)).filter(fits)[0]);
  }
  function fits(item) {
    var words = (item.getAttribute('data-keys') + ' ' + name(item)).toLowerCase().split(' ');
    return words.some(function (word) { return word.indexOf(typed) === 0; });
  }
  var KEYS = {
    ArrowDown: function (item, items) { go(items[items.indexOf(item) + 1]); },
    ArrowUp: function (item, items) { go(items[items.indexOf(item) - 1]); },
    Home: function (item, items) { go(items[0]); },
    End: function (item, items) { go(items[items.length - 1]); },
    ArrowRight: function (item) {
      if (!hasBranch(item)) return;
      if (isOpen(item)) go(group(item).firstElementChild); else open(item);
    },
    ArrowLeft: function (item) { if (hasBranch(item) && isOpen(item)) close(item); else go(above(item)); },
    Enter: function (item) { item.querySelector('.tree-n').click(); },
    ' ': function (item) { if (hasBranch(item)) { if (isOpen(item)) close(item); else open(item); } }
  };
  function press(event) {
    var item = event.target.closest('[role=treeitem]');
    if (!item || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.closest('a')) return;
    if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key](item, all()); return; }
    if (event.key.length === 1 && event.key !== '/') { event.preventDefault(); jump(item, event.key); }
  }

  function start() {
    settle(tree);
    var at = tree.querySelector('.tree-i.at');
    (at || tree.querySelector('[role=treeitem]')).tabIndex = 0;
    if (at) { go(at); at.scrollIntoView({ block: 'center' }); }
    tree.addEventListener('keydown', press);
    tree.addEventListener('click', function (event) {
      var toggle = event.target.closest('[data-toggle]');
      if (!toggle || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      var item = toggle.closest('[role=treeitem]');
      if (isOpen(item)) close(item); else open(item);
      go(item);
    });
  }
  if (tree) start();

  /* ---- from the search box down into the hits ---- */
  if (search) document.addEventListener('keydown', function (event) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    var stops = [].slice.call(document.querySelectorAll('[data-tree-search] [data-search],#tree-hits a'));
    var at = stops.indexOf(document.activeElement);
    var next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (at >= 0 && next) { event.preventDefault(); next.focus(); }
  });
})();
