// No header of a request names the reader's time zone: a cookie tells it to the server, which writes times in it from the next page on.
(() => {
  "use strict";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || !/^[\w+\-/]{1,64}$/.test(zone) || document.cookie.split("; ").includes(`ajet_zone=${zone}`)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `ajet_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
})();
