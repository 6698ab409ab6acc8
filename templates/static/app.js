// Everything works without this file; it only helps. No data is kept in the browser's storage.
(() => {
  'use strict';
  const $ = (q, root = document) => root.querySelector(q);
  const $$ = (q, root = document) => [...root.querySelectorAll(q)];

  // After a refused form the summary of errors is read first; its links put the cursor into the field.
  const errors = $('.errors');
  if (errors) errors.focus();
  for (const link of $$('.errors a[href^="#"]')) {
    link.addEventListener('click', (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.scrollIntoView({ block: 'center' });
      field.focus({ preventScroll: true });
    });
  }

  // A second press of the same button does nothing; after eight seconds it may be tried again.
  for (const form of $$('form[method="post"]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = '1';
      dirty = false;
      for (const b of $$('button', form)) b.setAttribute('aria-disabled', 'true');
      setTimeout(() => {
        delete form.dataset.sent;
        for (const b of $$('button', form)) b.removeAttribute('aria-disabled');
      }, 8000);
    });
  }
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const f of $$('form')) delete f.dataset.sent;
    for (const b of $$('button')) b.removeAttribute('aria-disabled');
  });

  // Enter inside a Korean syllable being composed finishes the syllable, not the form;
  // long staff forms (data-no-enter) are sent by the button only.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
    if (event.isComposing || event.target.closest('[data-no-enter]')) event.preventDefault();
  });

  // Leaving a half-written form asks first.
  let dirty = false;
  for (const form of $$('form[data-keep]')) form.addEventListener('input', () => { dirty = true; });
  window.addEventListener('beforeunload', (event) => { if (dirty) event.preventDefault(); });

  // Two minutes before the session ends: a bar with a button that goes on.
  const life = Number(document.body.dataset.session || 0);
  const bar = $('#session-warning');
  if (life > 150 && bar) {
    let timer;
    const start = () => { bar.hidden = true; clearTimeout(timer); timer = setTimeout(() => { bar.hidden = false; }, (life - 120) * 1000); };
    $('form', bar).addEventListener('submit', async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const form = event.target;
      try {
        const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
        if (answer.ok || answer.type === 'opaqueredirect') start(); else form.submit();
      } catch { form.submit(); }
    }, true);
    start();
  }

  // Print buttons exist only where scripts run.
  for (const b of $$('[data-print]')) { b.hidden = false; b.addEventListener('click', () => window.print()); }

  // Counting down characters where a field has a limit.
  for (const area of $$('textarea[maxlength]')) {
    const out = document.getElementById(area.id + '-count');
    if (!out) continue;
    const show = () => { out.textContent = `${area.value.length} / ${area.maxLength}자`; };
    area.addEventListener('input', show);
    show();
  }
})();
