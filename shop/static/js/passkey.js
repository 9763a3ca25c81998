// The passkey ceremony: asks the browser for a credential and sends the form that stands for the answer.
const form = document.querySelector('form[data-passkey]');

function bytes(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  if (!buffer) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function read(options) {
  const named = (list) => (list || []).map((entry) => ({ ...entry, id: bytes(entry.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = named(options.allowCredentials);
  return read;
}

function write(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: text(answer.clientDataJSON) };
  if (answer.attestationObject) {
    response.attestationObject = text(answer.attestationObject);
    response.transports = answer.getTransports ? answer.getTransports() : [];
  } else {
    response.authenticatorData = text(answer.authenticatorData);
    response.signature = text(answer.signature);
    response.userHandle = text(answer.userHandle);
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    extensions: '{}', authenticatorAttachment: credential.authenticatorAttachment || null,
  });
}

async function run() {
  const publicKey = read(JSON.parse(form.dataset.options));
  const credential = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  form.elements.credential.value = write(credential);
  form.submit();
}

if (form) {
  run().catch(() => {
    const state = form.querySelector('[data-passkey-state]');
    state.textContent = form.dataset.failed;
    state.setAttribute('role', 'alert');
  });
}
