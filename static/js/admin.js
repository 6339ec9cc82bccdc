/* The back office: fields that search while one types are named by their labels, for those who listen to the page. */
(function () {
  'use strict';
  function name(select) {
    var label = document.querySelector('label[for="' + select.id + '"]');
    var box = select.parentNode.querySelector('.select2-selection');
    if (!label || !box) return;
    label.id = label.id || 'label-' + select.id;
    box.setAttribute('aria-labelledby', label.id + ' ' + box.getAttribute('aria-labelledby'));
    box.querySelector('[role=textbox]').setAttribute('aria-labelledby', label.id);
  }
  /* In jQuery's own queue: after Django's script has built the fields. */
  if (window.django && window.django.jQuery) window.django.jQuery(function () {
    document.querySelectorAll('select.admin-autocomplete').forEach(name);
  });
}());
