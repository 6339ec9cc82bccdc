/* A judge's marks on a phone: one person a screen, saved as they are typed. What could not be saved stays, also when the
   page is left and opened again, and is tried again. Whoever the chair calls comes first. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-judge]');
  if (!form) return;
  var SAVE = form.getAttribute('data-judge'), KEPT = 'judge:' + SAVE;
  var says = form.querySelector('[data-says]'), call = form.querySelector('[data-call]');
  var people = [].slice.call(form.querySelectorAll('[data-person]'));
  var waiting = {}, sending = null, timer = 0, failures = 0, now = null, here = null;
  form.classList.add('is-live');

  function find(key) { return form.querySelector('[data-person="' + key + '"]'); }
  function keyOf(person) { return person.getAttribute('data-person'); }
  function markOf(person) { return person.querySelector('.jd-mark'); }
  function versionOf(person) { return person.querySelector('[data-version]'); }
  function value(field) { return field.value.trim(); }
  function was(field) { return field.getAttribute('data-was'); }
  function hasChanged(person) { var field = markOf(person); return Boolean(field) && value(field) !== was(field); }
  function say(text, tone) { says.textContent = text; says.className = 'small ' + (tone || 'muted'); }
  function state(person, text, tone) {
    var place = person.querySelector('[data-state]'), word = document.createElement('span');
    word.className = tone || 'muted';
    word.textContent = text;
    if (tone) word.setAttribute('role', 'alert');
    place.replaceChildren(word);
    markOf(person).classList.toggle('is-invalid', Boolean(tone));
    return place;
  }
  function button(text, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn-2';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  }

  /* ---- what is typed and not saved outlives the page ---- */
  function keep() {
    var kept = {};
    people.forEach(function (person) {
      if (hasChanged(person)) kept[keyOf(person)] = { mark: value(markOf(person)), version: versionOf(person).value };
    });
    try { sessionStorage.setItem(KEPT, JSON.stringify(kept)); } catch (error) { /* a phone without storage: the page alone keeps it */ }
  }
  function restore() {
    var kept = {};
    try { kept = JSON.parse(sessionStorage.getItem(KEPT) || '{}'); } catch (error) { kept = {}; }
    Object.keys(kept).forEach(function (key) {
      var person = find(key);
      if (!person || !markOf(person)) return;
      markOf(person).value = kept[key].mark;
      versionOf(person).value = kept[key].version;
      touch(person);
    });
  }

  /* ---- saving ---- */
  function touch(person) {
    if (hasChanged(person)) { waiting[keyOf(person)] = true; later(700); }
    else { delete waiting[keyOf(person)]; state(person, value(markOf(person)) ? '没有改动' : ''); }
    keep();
  }
  function later(pause) { clearTimeout(timer); timer = setTimeout(send, pause); }
  function send() {
    var keys = Object.keys(waiting);
    if (sending || !keys.length) return;
    var body = new FormData();
    sending = {};
    keys.forEach(function (key) {
      var person = find(key);
      sending[key] = value(markOf(person));
      body.append('m-' + key, sending[key]);
      body.append('v-' + key, versionOf(person).value);
      state(person, '正在保存…');
    });
    waiting = {};
    fetch(SAVE, {
      method: 'POST', body: body, credentials: 'same-origin',
      headers: { 'X-Autosave': '1', 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content }
    }).then(function (answer) {
      if (answer.redirected) throw new Error('signed-out');
      if (!answer.ok) throw new Error(answer.status === 403 ? 'refused' : 'failed');
      return answer.json();
    }).then(arrived, failed);
  }
  function failed(error) {
    Object.keys(sending || {}).forEach(function (key) { waiting[key] = true; state(find(key), '还没有保存，分数还在', 'bad-text'); });
    sending = null;
    failures += 1;
    var words = {
      'signed-out': '登录已过期，没有保存。请重新登录，分数还在，会接着保存。',
      refused: '页面停留太久，没有保存。请刷新这一页，分数还在，会接着保存。'
    };
    say(words[error.message] || '网络没有接通，还没有保存；分数还在，正在重试。', 'bad-text');
    later(Math.min(2000 * failures, 15000));
  }
  function arrived(told) {
    var sent = sending;
    sending = null;
    failures = 0;
    if (told.refusal) {
      Object.keys(sent).forEach(function (key) { state(find(key), '没有保存', 'bad-text'); });
      say(told.refusal, 'bad-text');
      return;
    }
    Object.keys(sent).forEach(function (key) { settle(find(key), told.marks[key], sent[key], told.at); });
    form.querySelector('[data-done]').textContent = told.done;
    form.querySelector('[data-asked]').textContent = told.asked;
    var bar = form.querySelector('.jd-bar rect');
    if (bar) bar.setAttribute('width', told.percent);
    keep();
    if (Object.keys(waiting).length) later(0); else say('');
  }
  function settle(person, told, sent, at) {
    if (told.version === undefined) { state(person, told.fault, 'bad-text'); return; }
    if (told.is_stale) { clash(person, told); return; }
    if (told.fault) { state(person, told.fault, 'bad-text'); return; }
    store(person, told);
    if (value(markOf(person)) === sent) markOf(person).value = told.mark;
    state(person, told.mark ? '已保存 ' + at : '已取消 ' + at);
    if (hasChanged(person)) touch(person);
  }
  function store(person, told) {
    markOf(person).setAttribute('data-was', told.mark);
    versionOf(person).value = told.version;
    form.querySelector('[data-chip="' + keyOf(person) + '"] [data-chip-mark]').textContent = told.mark || '—';
  }
  function clash(person, told) {
    var place = state(person, '在别的手机或窗口上已改为 ' + (told.mark || '没有分数') + '。您写的还在。', 'bad-text');
    place.appendChild(button('用我写的', function () { store(person, told); touch(person); }));
    place.appendChild(button('用新的', function () { store(person, told); markOf(person).value = told.mark; state(person, '已用新的'); keep(); }));
  }

  /* ---- one person a screen ---- */
  function show(person, focus) {
    if (!person) return;
    here = person;
    people.forEach(function (one) { one.classList.toggle('is-here', one === person); });
    form.querySelectorAll('[data-chip]').forEach(function (chip) {
      var isHere = chip.getAttribute('data-chip') === keyOf(person);
      chip.classList.toggle('is-here', isHere);
      if (isHere) chip.setAttribute('aria-current', 'true'); else chip.removeAttribute('aria-current');
    });
    var at = people.indexOf(person);
    person.querySelector('[data-step="-1"]').disabled = at === 0;
    person.querySelector('[data-step="1"]').disabled = at === people.length - 1;
    offer();
    if (focus && markOf(person)) { markOf(person).focus(); markOf(person).select(); }
  }
  function step(count) { show(people[people.indexOf(here) + count], true); window.scrollTo(0, 0); }
  function offer() {
    var person = now && find(now);
    call.hidden = !person || person === here;
    if (person) call.textContent = '现在述职：' + person.getAttribute('data-name') + '，去打分';
  }
  function called(key) {
    var before = now;
    now = key ? String(key) : null;
    people.forEach(function (person) { person.toggleAttribute('data-is-now', keyOf(person) === now); });
    form.querySelectorAll('[data-chip]').forEach(function (chip) { chip.classList.toggle('is-now', chip.getAttribute('data-chip') === now); });
    var busy = here && (hasChanged(here) || document.activeElement === markOf(here));
    if (now !== before && now && find(now) && !busy) show(find(now)); else offer();
  }
  function ask() {
    fetch(form.getAttribute('data-now-url'), { credentials: 'same-origin', headers: { 'X-Autosave': '1' } }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error('failed');
      return answer.json();
    }).then(function (told) {
      var isOpen = form.hasAttribute('data-is-open');
      var isIdle = !sending && !Object.keys(waiting).length;
      if (told.is_open !== undefined && told.is_open !== isOpen && isIdle) window.location.reload(); else if (told.refusal) say(told.refusal, 'bad-text'); else called(told.now);
    }).catch(function () { /* the next time will do; what is typed says for itself whether it was saved */ });
  }

  form.addEventListener('input', function (event) { if (event.target.matches('.jd-mark')) touch(event.target.closest('[data-person]')); });
  form.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || !event.target.matches('.jd-mark')) return;
    event.preventDefault();
    later(0);
    step(1);
  });
  form.addEventListener('click', function (event) {
    var by = event.target.closest('[data-step]'), chip = event.target.closest('[data-chip]');
    if (by) { later(0); step(Number(by.getAttribute('data-step'))); }
    if (chip) { event.preventDefault(); show(find(chip.getAttribute('data-chip')), true); window.scrollTo(0, 0); }
    if (event.target.closest('[data-call]')) show(find(now), true);
  });
  form.addEventListener('submit', function (event) { event.preventDefault(); later(0); });
  window.addEventListener('online', function () { failures = 0; later(0); });
  window.addEventListener('beforeunload', keep);

  var first = form.querySelector('[data-is-now]');
  now = first && keyOf(first);
  show(find(window.location.hash.slice(2)) || first || people[0]);
  called(now);
  restore();
  setInterval(ask, 5000);
})();
