/* A grid of daily marks: moved in by keys, saved cell by cell as soon as mark and reason are there. What could not be
   saved stays on the page and is tried again; what somebody else wrote meanwhile is shown beside what was typed. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-marks]');
  if (!form) return;
  var FIELD = '[data-mark],[data-reason]';
  var says = form.querySelector('[data-says]');
  var waiting = {};      // cells to be sent, by name
  var sending = null;    // cells on their way: what was sent, by name
  var timer = 0, failures = 0;

  /* ---- cells ---- */
  function cellOf(element) { return element.closest('[data-cell]'); }
  function nameOf(cell) { return cell.getAttribute('data-cell'); }
  function find(name) { return form.querySelector('[data-cell="' + name + '"]'); }
  function markOf(cell) { return cell.querySelector('[data-mark]'); }
  function reasonOf(cell) { return cell.querySelector('[data-reason]'); }
  function was(field) { return field.getAttribute('data-was'); }
  function value(field) { return field.value.trim(); }
  function hasChanged(cell) { return value(markOf(cell)) !== was(markOf(cell)) || value(reasonOf(cell)) !== was(reasonOf(cell)); }
  function isMarked(cell) { return was(markOf(cell)) !== ''; }
  function state(cell, text, tone) {
    var place = cell.querySelector('[data-state]');
    var word = document.createElement('span');
    word.className = tone || 'muted';
    word.textContent = text;
    if (tone) word.setAttribute('role', 'alert');
    place.replaceChildren(word);
    markOf(cell).classList.toggle('is-invalid', tone === 'bad-text');
    return place;
  }
  function button(text, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn-2 btn-sm';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  }

  /* ---- saving ---- */
  function touch(cell) {
    if (!hasChanged(cell)) {
      delete waiting[nameOf(cell)];
      if (cell.querySelector('[role=alert],[data-open-cell]')) state(cell, isMarked(cell) ? '没有改动' : '');
      return;
    }
    if (!value(markOf(cell))) { delete waiting[nameOf(cell)]; if (!isMarked(cell)) return lacks(cell, '还差分数'); }
    else if (!value(reasonOf(cell))) { delete waiting[nameOf(cell)]; return lacks(cell, '还差理由'); }
    waiting[nameOf(cell)] = true;
    later(300);
  }
  function lacks(cell, text) {
    state(cell, text).firstChild.setAttribute('data-open-cell', '');
  }
  function later(pause) { clearTimeout(timer); timer = setTimeout(send, pause); }
  function send() {
    var names = Object.keys(waiting);
    if (sending || !names.length) return;
    var body = new FormData();
    sending = {};
    names.forEach(function (name) {
      var cell = find(name);
      sending[name] = { mark: value(markOf(cell)), reason: value(reasonOf(cell)) };
      body.append('m-' + name, sending[name].mark);
      body.append('r-' + name, sending[name].reason);
      body.append('v-' + name, cell.querySelector('[data-version]').value);
      state(cell, '正在保存…');
    });
    waiting = {};
    fetch(form.getAttribute('data-marks'), {
      method: 'POST', body: body, credentials: 'same-origin',
      headers: { 'X-Autosave': '1', 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content }
    }).then(function (answer) {
      if (answer.redirected) throw new Error('signed-out');
      if (!answer.ok) throw new Error(answer.status === 403 ? 'refused' : 'failed');
      return answer.json();
    }).then(arrived, failed);
  }
  function failed(error) {
    var names = Object.keys(sending || {});
    names.forEach(function (name) { waiting[name] = true; state(find(name), '还没有保存', 'bad-text'); });
    sending = null;
    failures += 1;
    var words = {
      'signed-out': '登录已过期，没有保存。请在另一个窗口登录，这里会接着保存。',
      refused: '没有权限，或页面停留太久，没有保存。请先记下没有保存的内容，再刷新。'
    };
    say(words[error.message] || '网络没有接通，没有保存；正在重试，写的内容还在。', 'bad-text');
    later(Math.min(3000 * failures, 30000));
  }
  function arrived(told) {
    var sent = sending;
    sending = null;
    failures = 0;
    if (told.refusal) {
      Object.keys(sent).forEach(function (name) { state(find(name), '没有保存', 'bad-text'); });
      say(told.refusal, 'bad-text');
      return;
    }
    Object.keys(sent).forEach(function (name) { settle(find(name), told.cells[name], sent[name], told.at); });
    count(told.progress);
    say(Object.keys(waiting).length ? '' : '已保存 ' + told.at);
    if (Object.keys(waiting).length) later(0);
  }
  function settle(cell, told, sent, at) {
    if (told.version === undefined) { state(cell, told.fault, 'bad-text'); return; }
    if (told.is_stale) { clash(cell, told); return; }
    if (told.fault) { state(cell, told.fault, 'bad-text'); return; }
    store(cell, told);
    [[markOf(cell), sent.mark, told.mark], [reasonOf(cell), sent.reason, told.reason]].forEach(function (one) {
      if (value(one[0]) !== one[1] || one[1] === one[2]) return;
      one[0].value = one[2];
      if (one[0] === document.activeElement) one[0].select();
    });
    state(cell, '已保存 ' + at);
    if (hasChanged(cell) && (value(markOf(cell)) !== sent.mark || value(reasonOf(cell)) !== sent.reason)) touch(cell);
    var row = cell.closest('[data-row]');
    row.toggleAttribute('data-done', [].every.call(row.querySelectorAll('[data-cell]'), isMarked));
  }
  function store(cell, told) {
    markOf(cell).setAttribute('data-was', told.mark);
    reasonOf(cell).setAttribute('data-was', told.reason);
    cell.querySelector('[data-version]').value = told.version;
  }
  function clash(cell, told) {
    var place = state(cell, '这一格刚才已在别处改为 ' + told.mark + ' 分，“' + told.reason + '”。您写的还在。', 'bad-text');
    place.appendChild(button('用我写的', function () { store(cell, told); touch(cell); markOf(cell).focus(); }));
    place.appendChild(button('用新的', function () {
      store(cell, told);
      markOf(cell).value = told.mark;
      reasonOf(cell).value = told.reason;
      state(cell, '已用新的');
      markOf(cell).focus();
    }));
  }
  function say(text, tone) {
    says.textContent = text;
    says.className = (tone || 'muted') + ' small mk-say';
  }
  function count(told) {
    document.querySelectorAll('[data-progress=done]').forEach(function (one) { one.textContent = told.done; });
    document.querySelectorAll('[data-progress=asked]').forEach(function (one) { one.textContent = told.asked; });
    document.querySelectorAll('[data-progress=short]').forEach(function (one) { one.textContent = told.done + '/' + told.asked; });
    var bar = form.querySelector('[data-progress=bar] rect');
    if (bar) bar.setAttribute('width', told.percent);
  }
  function saveNow() {
    [].forEach.call(form.querySelectorAll('[data-cell]'), function (cell) { if (hasChanged(cell)) touch(cell); });
    later(0);
    if (!Object.keys(waiting).length && !sending) say('没有要保存的');
  }

  /* ---- going about ---- */
  function fields() { return [].slice.call(form.querySelectorAll(FIELD)); }
  function go(field) {
    if (!field) return;
    field.focus();
    field.select();
    field.scrollIntoView({ block: 'nearest' });
  }
  function column(cell, kind) {
    return [].slice.call(form.querySelectorAll('[data-cell$="-' + nameOf(cell).split('-')[1] + '"] ' + kind));
  }
  function down(field, steps) {
    var own = column(cellOf(field), field.hasAttribute('data-mark') ? '[data-mark]' : '[data-reason]');
    var next = own[own.indexOf(field) + steps];
    go(next);
    return Boolean(next);
  }
  /* At the foot of a column the next one begins: marks, their reasons, the other marks. */
  function turn(field) {
    var first = fields(), top = column(cellOf(field), field.hasAttribute('data-mark') ? '[data-mark]' : '[data-reason]')[0];
    var next = first[first.indexOf(top) + 1];
    if (next && next.closest('[data-row]') === top.closest('[data-row]')) go(next); else field.blur();
  }
  function beside(field, steps) {
    var all = fields();
    go(all[all.indexOf(field) + steps]);
  }
  function isWhole(field) { return field.selectionStart === 0 && field.selectionEnd === field.value.length; }
  function nextUnmarked() {
    var all = [].slice.call(form.querySelectorAll('[data-cell]'));
    var here = document.activeElement && cellOf(document.activeElement);
    var from = here ? all.indexOf(here) + 1 : 0;
    var found = all.slice(from).concat(all.slice(0, from)).filter(function (cell) { return !value(markOf(cell)) || !value(reasonOf(cell)); })[0];
    if (found) go(value(markOf(found)) ? reasonOf(found) : markOf(found));
    else say('这一组都已评过');
  }
  function ditto(cell) {
    var cells = column(cell, '[data-reason]').map(cellOf);
    var above = cells[cells.indexOf(cell) - 1];
    if (!above || !value(reasonOf(above))) return;
    reasonOf(cell).value = value(reasonOf(above));
    touch(cell);
  }
  function restore(cell) {
    markOf(cell).value = was(markOf(cell));
    reasonOf(cell).value = was(reasonOf(cell));
    delete waiting[nameOf(cell)];
    state(cell, isMarked(cell) ? '已复原' : '');
  }
  /* A list of reasons opens with the arrow in an empty cell, and is chosen from with it while one types. */
  function wantsList(field) { return field.hasAttribute('data-reason') && (!field.value || value(field) !== was(field) && !isWhole(field)); }
  function moved(event, field) {
    var key = event.key;
    if (key === 'ArrowDown' || key === 'ArrowUp') return !wantsList(field) && !event.altKey && (down(field, key === 'ArrowDown' ? 1 : -1), true);
    if (key === 'ArrowRight' && (isWhole(field) || field.selectionStart === field.value.length)) return beside(field, 1), true;
    if (key === 'ArrowLeft' && (isWhole(field) || field.selectionEnd === 0)) return beside(field, -1), true;
    if (key === 'Enter') return down(field, event.shiftKey ? -1 : 1) || event.shiftKey || turn(field), true;
    if (key === 'Escape') return restore(cellOf(field)), field.select(), true;
    if (key === 'F9' || (key.toLowerCase() === 'd' && event.ctrlKey)) return ditto(cellOf(field)), true;
    return false;
  }
  document.addEventListener('keydown', function (event) {
    if (event.isComposing) return;
    if (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); saveNow(); return; }
    if (event.key === 'F8' || (event.key === 'Enter' && event.ctrlKey)) { event.preventDefault(); nextUnmarked(); return; }
    var field = event.target.matches && event.target.matches(FIELD) ? event.target : null;
    if (field && moved(event, field)) event.preventDefault();
  });
  form.addEventListener('focusin', function (event) { if (event.target.matches(FIELD)) event.target.select(); });
  form.addEventListener('change', function (event) { if (event.target.matches(FIELD)) touch(cellOf(event.target)); });
  form.addEventListener('click', function (event) {
    var same = event.target.closest('[data-same]');
    if (same) ditto(cellOf(same));
    if (event.target.closest('[data-next]')) nextUnmarked();
  });
  form.addEventListener('submit', function (event) { event.preventDefault(); event.stopPropagation(); saveNow(); });
  window.addEventListener('online', function () { failures = 0; later(0); });
  window.addEventListener('beforeunload', function (event) {
    var open = sending || Object.keys(waiting).length || [].some.call(form.querySelectorAll('[data-cell]'), hasChanged);
    if (open) { event.preventDefault(); event.returnValue = ''; }
  });
})();
