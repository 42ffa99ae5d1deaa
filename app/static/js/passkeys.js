/* Passkeys: the browser's answer is put into the form and sent. Binary members travel as base64url. */

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const known = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

function request(options, isNew) {
  const challenge = bytes(options.challenge);
  if (!isNew) return { ...options, challenge, allowCredentials: known(options.allowCredentials) };
  const user = { ...options.user, id: bytes(options.user.id) };
  return { ...options, challenge, user, excludeCredentials: known(options.excludeCredentials) };
}

function answer(credential, isNew) {
  const { response } = credential;
  const shared = { id: credential.id, rawId: text(credential.rawId), type: credential.type };
  const extensions = JSON.stringify(credential.getClientExtensionResults());
  const clientDataJSON = text(response.clientDataJSON);
  if (isNew) {
    const made = {
      clientDataJSON,
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    };
    return { ...shared, response: made, extensions };
  }
  const shown = {
    clientDataJSON,
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  };
  return { ...shared, response: shown, assertionClientExtensions: extensions };
}

const form = document.querySelector("form[data-passkey]");
if (form) {
  const isNew = form.dataset.passkey === "create";
  const publicKey = request(JSON.parse(form.dataset.options), isNew);
  try {
    const credential = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
    form.elements.credential.value = JSON.stringify(answer(credential, isNew));
    form.submit();
  } catch {
    document.querySelector("[data-passkey-error]").hidden = false;
  }
}
