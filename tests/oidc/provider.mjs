// A real OpenID provider, npm's oidc-provider, with two invented people, for the
// test beside this file. It is told its client's redirect address, listens on a
// free port of this machine, and prints its issuer in one line when it is ready.
//
// Its own sign-in page is a form: who (account), how (acr), or cancel. POST
// /groups sets the groups of an account, as somebody at the authority would.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect] = process.argv.slice(2);
if (!redirect) {
  console.error('usage: node provider.mjs REDIRECT');
  process.exit(2);
}

const people = {
  nia: { given_name: 'Nia', family_name: 'Testworth', preferred_username: 'nia.testworth', email: 'nia@example.org', groups: ['Guides North', 'Everybody'] },
  ben: { given_name: 'Ben', family_name: 'Nogroups', preferred_username: 'ben.nogroups', email: 'ben@example.org', groups: [] },
};

const server = createServer();
await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'casefile', client_secret: 'a secret of a test, not used elsewhere',
    redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'],
  }],
  pkce: { required: () => true },
  acrValues: ['urn:example:password', 'urn:example:two-factors'],
  claims: { acr: null, auth_time: null, iss: null, sid: null, openid: ['sub'], profile: ['given_name', 'family_name', 'preferred_username', 'groups'], email: ['email'] },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ['only for a test'] },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
  // Nobody is asked whether Casefile may know them: their authority has decided.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();

async function form(req) {
  let body = '';
  for await (const chunk of req) body += chunk;
  return new URLSearchParams(body);
}

server.on('request', async (req, res) => {
  try {
    if (req.url === '/groups' && req.method === 'POST') {
      const sent = await form(req);
      people[sent.get('account')].groups = sent.getAll('group');
      res.end('done');
    } else if (req.url.startsWith('/interaction/') && req.method === 'POST') {
      const sent = await form(req);
      await provider.interactionFinished(req, res, sent.has('cancel')
        ? { error: 'access_denied', error_description: 'stopped by the person' }
        : { login: { accountId: sent.get('account'), acr: sent.get('acr'), remember: false } }, { mergeWithLastSubmission: false });
    } else if (req.url.startsWith('/interaction/')) {
      res.setHeader('Content-Type', 'text/html');
      res.end('<!doctype html><html lang="en"><title>Sign in there</title><link rel="icon" href="data:,"><h1>Sign in there</h1><form method="post"><label for="account">Account</label><input id="account" name="account"><label for="acr">How</label><input id="acr" name="acr"><button>Go</button><button name="cancel" value="yes">Cancel</button></form>');
    } else {
      answer(req, res);
    }
  } catch (err) {
    console.error(err);
    res.statusCode = 500;
    res.end('the provider of the test failed');
  }
});

console.log(`issuer ${issuer}`);
