// Suggests the browser's own time zone, in words, where nobody has chosen one yet. The page works the same without it.
"use strict";
(function () {
  var choice = document.querySelector("select[data-suggest]");
  var words = document.getElementById("zone-suggested");
  if (!choice || !words || choice.value) return;
  var zone;
  try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch (error) { return; }
  if (!zone || zone === choice.dataset.suggest) return;
  // Browsers know some places by older names.
  var option = Array.prototype.find.call(choice.options, function (one) {
    return one.value === zone || (one.dataset.also || "").split(" ").indexOf(zone) >= 0;
  });
  if (!option) return;
  choice.value = option.value;
  words.textContent = "Your browser suggests " + option.textContent.trim() + ". Choose another if you live elsewhere.";
  words.hidden = false;
})();
