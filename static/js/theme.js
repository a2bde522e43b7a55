// Runs before the first paint, so that a chosen light or dark never flashes. The choice stays on this device.
(() => {
  const root = document.documentElement;
  root.classList.add('has-js');
  try {
    if (localStorage.theme) root.dataset.theme = localStorage.theme;
  } catch { /* storage is off: follow the system */ }
})();
