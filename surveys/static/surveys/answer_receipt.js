/* The receipt gives way to the profile as soon as a worker has built it; after half a minute the link remains. */
const PAUSE = 1500;
const MOST = 20;
const { state } = document.querySelector("[data-profile]").dataset;

async function isReady() {
  try {
    const reply = await fetch(state, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return reply.ok ? await reply.json() : {};
  } catch {
    return {}; // no connection: the next look may find one
  }
}

for (let looked = 0; looked < MOST; looked += 1) {
  const { ready, url } = await isReady();
  if (ready) {
    location.replace(url);
    break;
  }
  await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
}
