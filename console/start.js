// Starts the console without an inline script: applies the chosen theme before the first paint, then loads
// the glue and the wasm by the hashed names that the build wrote into the page's preload links.
(function () {
  try {
    var theme = localStorage.getItem("edgedesk.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (_) {
    // Storage may be forbidden: then the theme follows the system.
  }
  addEventListener("DOMContentLoaded", function () {
    var glue = document.querySelector('link[rel="modulepreload"]');
    var wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');
    import(glue.href)
      .then(function (module) {
        return module.default({ module_or_path: wasm.href });
      })
      .catch(function (error) {
        console.error(error);
        document.getElementById("failed").hidden = false;
      });
  });
})();
