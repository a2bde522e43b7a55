// Small behaviours over htmx 4. Every page works without.
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const on = (name, handler, options) => document.addEventListener(name, handler, options);
  const root = document.documentElement;

  const say = (text) => {
    const region = byId('say');
    if (!region || !text) return;
    region.textContent = '';
    setTimeout(() => { region.textContent = text; }, 60);
  };

  // ---- week grid: one tab stop; arrows by time and day, Home and End in the day, Enter picks (it is a button)
  const rove = () => {
    const cells = all('#week .sl');
    const chosen = cells.find((cell) => (cell.ariaPressed || cell.ariaCurrent) === 'true') || cells[0];
    cells.forEach((cell) => { cell.tabIndex = cell === chosen ? 0 : -1; });
  };

  const nextCell = (cell, key) => {
    const days = all('#week .day').map((day) => all('.sl', day));
    const x = days.findIndex((cells) => cells.includes(cell));
    const y = days[x].indexOf(cell);
    const gap = (other) => Math.abs(other.getBoundingClientRect().top - cell.getBoundingClientRect().top);
    const beside = (step) => {
      let day = x + step;
      while (days[day] && !days[day].length) day += step;
      return days[day]?.reduce((best, other) => (gap(other) < gap(best) ? other : best));
    };
    return { ArrowDown: () => days[x][y + 1], ArrowUp: () => days[x][y - 1], ArrowRight: () => beside(1), ArrowLeft: () => beside(-1), Home: () => days[x][0], End: () => days[x].at(-1) }[key];
  };

  // ---- keyboard shortcuts of the desk: any link or button with data-key; never while typing (WCAG 2.1.4)
  const typing = (node) => node.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName);
  const shortcut = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.body.dataset.keys === 'off' || document.querySelector('dialog:modal')) return;
    const node = all('[data-key]').find((each) => each.dataset.key === event.key && each.offsetParent);
    if (!node) return;
    event.preventDefault();
    if (typing(node)) node.focus();
    else node.click();
  };

  on('keydown', (event) => {
    if (!(event.target instanceof Element)) return;
    const open = event.key === 'Escape' && event.target.closest('details.menu[open]');
    if (open) {
      open.open = false;
      open.querySelector('summary').focus();
      return;
    }
    const cell = event.target.closest('#week .sl');
    const move = cell && !event.altKey && !event.ctrlKey && !event.metaKey && nextCell(cell, event.key);
    if (!move) return shortcut(event);
    event.preventDefault();
    const next = move();
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  // ---- dialogs: drawer, box, lightbox; closing gives the focus back
  const openers = new WeakMap();
  const show = (dialog, opener) => {
    if (dialog.matches(':modal')) return;
    openers.set(dialog, opener);
    dialog.removeAttribute('open');
    dialog.showModal();
    const first = dialog.querySelector('[data-focus], [aria-invalid], .dlg-body :is(input:not([type=hidden]), select, textarea)');
    (first || dialog.querySelector('h2, [data-close]')).focus();
  };
  on('close', (event) => {
    const dialog = event.target;
    const opener = openers.get(dialog);
    const again = opener?.isConnected ? opener : byId(opener?.id);
    if (dialog.parentElement?.id === 'drawer') dialog.remove();
    again?.focus();
  }, true);

  const photos = () => all('a[data-photo]');
  const look = (box, index) => {
    const links = photos();
    const link = links[(index + links.length) % links.length];
    const [image, caption] = [box.querySelector('img'), box.querySelector('figcaption')];
    image.src = link.href;
    image.alt = caption.textContent = link.querySelector('img').alt;
    box.dataset.at = links.indexOf(link);
    all('[data-step]', box).forEach((button) => { button.hidden = links.length < 2; });
  };
  on('keydown', (event) => {
    const box = event.target instanceof Element && event.target.closest('#lightbox');
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (box && step) look(box, +box.dataset.at + step);
  });

  // ---- clicks
  on('click', (event) => {
    const node = event.target instanceof Element ? event.target : event.target.parentElement;
    all('details.menu[open]').forEach((menu) => { if (!menu.contains(node)) menu.open = false; });
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const find = (selector) => node.closest(selector);
    const dialog = find('dialog:modal');
    if (dialog && (find('[data-close]') || node === dialog)) {
      event.preventDefault();
      dialog.close();
    } else if (find('[data-open]')) {
      const target = byId(find('[data-open]').dataset.open);
      if (!target?.showModal) return;
      event.preventDefault();
      show(target, find('[data-open]'));
    } else if (find('a[data-photo]') && byId('lightbox')) {
      event.preventDefault();
      const link = find('a[data-photo]');
      look(byId('lightbox'), photos().indexOf(link));
      show(byId('lightbox'), link);
    } else if (find('[data-step]')) {
      look(byId('lightbox'), +byId('lightbox').dataset.at + +find('[data-step]').dataset.step);
    } else if (find('[data-theme-toggle]')) {
      const dark = (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
      root.dataset.theme = dark ? 'light' : 'dark';
      try { localStorage.theme = root.dataset.theme; } catch { /* this page only */ }
    } else if (find('[data-reload]')) {
      location.reload();
    } else if (find('[data-retry]')) {
      find('.bar').remove();
      const form = failed?.matches?.('form') ? failed : failed?.form;
      if (failed?.isConnected) form && failed === form ? form.requestSubmit() : failed.click();
    }
  });
  // choices that send their form at once, without the button
  on('change', (event) => { if (event.target.matches('[data-send]')) event.target.form.requestSubmit(); });

  // ---- a plain form goes once; the way back makes it usable again
  on('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'dialog') return;
    if (form.ariaBusy === 'true') event.preventDefault();
    else form.ariaBusy = 'true';
  });
  addEventListener('pageshow', () => all('form[aria-busy]').forEach((form) => { form.ariaBusy = null; }));

  // ---- htmx: polling rests while nobody looks, slow answers show a line, failures keep the page
  let failed;
  let last;
  let slow;
  let running = 0;
  const isPoll = (ctx) => ctx.sourceEvent?.type === 'every';
  on('htmx:config:request', (event) => {
    if (isPoll(event.detail.ctx) && (document.hidden || document.querySelector('dialog:modal'))) event.preventDefault();
  });
  on('htmx:before:request', (event) => {
    const { ctx } = event.detail;
    if (isPoll(ctx)) return;
    const at = document.activeElement;
    last = at && at !== document.body ? { id: at.id, get: at.getAttribute('hx-get'), name: at.getAttribute('name') } : null;
    running += 1;
    clearTimeout(slow);
    slow = setTimeout(() => running && root.classList.add('busy'), 400);
  });
  on('htmx:finally:request', (event) => {
    if (isPoll(event.detail.ctx)) return;
    running = Math.max(0, running - 1);
    if (!running) root.classList.remove('busy');
  });

  const bar = (kind, ctx) => {
    if (isPoll(ctx)) return;
    failed = ctx.sourceElement;
    all('body > .bar').forEach((each) => each.remove());
    const found = byId('bars')?.content.querySelector(`[data-bar=${kind}]`);
    if (found) document.body.append(found.cloneNode(true));
  };
  on('htmx:error', (event) => { if (event.detail.ctx) bar('offline', event.detail.ctx); });
  on('htmx:response:error', (event) => {
    const { status } = event.detail.ctx.response;
    if (status !== 409 && status !== 422) bar(status >= 500 ? 'broken' : status === 429 ? 'slow' : 'gone', event.detail.ctx);
  });

  // ---- after a swap: one tab stop in the grid, focus on the one thing that matters or where it was, one sentence said
  const settle = (opener, panel) => {
    rove();
    all('dialog.dlg[open]').forEach((dialog) => show(dialog, opener));
    const mark = document.querySelector('[data-focus]');
    if (mark) {
      mark.removeAttribute('data-focus');
      if (mark.tabIndex < 0) mark.tabIndex = -1;
      mark.focus();
      mark.scrollIntoView({ block: 'nearest' });
    }
    // a wide day opens at now
    const now = document.querySelector('.tl-head .at');
    const day = now?.closest('.tl');
    if (day && !day.scrollLeft) day.scrollLeft = now.offsetLeft - 400;
    const spoken = document.querySelector('[data-say]');
    if (opener && !mark) say(spoken ? spoken.dataset.say : panel?.querySelector('.pri')?.textContent.trim());
    spoken?.removeAttribute('data-say');
    return mark;
  };
  on('htmx:after:swap', (event) => {
    const { ctx } = event.detail;
    if (ctx.response?.status < 400) all('body > .bar').forEach((each) => each.remove());
    const marked = settle(ctx.sourceElement, !isPoll(ctx) && byId('panel'));
    const lost = !document.activeElement || document.activeElement === document.body;
    if (marked || !lost || !last || isPoll(ctx)) return;
    const same = (last.id && byId(last.id))
      || (last.get && all('[hx-get]').find((each) => each.getAttribute('hx-get') === last.get))
      || (last.name && all('main [name]').find((each) => each.name === last.name && each.type !== 'hidden'));
    same?.focus();
  });
  if (document.readyState === 'loading') on('DOMContentLoaded', () => settle());
  else settle();
})();
