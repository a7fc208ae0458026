// Runs before the first paint, so that a chosen dark scheme does not flash white. A file, because the page allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('kilo.color-scheme');
  } catch (_) {}
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
})();
