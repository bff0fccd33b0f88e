package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OIDC is the settings of the identity provider as they are typed. Its secret is
// CASEFILE_OIDC_CLIENT_SECRET, or in the file that CASEFILE_OIDC_CLIENT_SECRET_FILE
// names.
type OIDC struct {
	Issuer   string   `name:"oidc-issuer" env:"CASEFILE_OIDC_ISSUER" placeholder:"URL" help:"Sign people in by this OpenID Connect provider too, named letter for letter as it names itself."`
	ClientID string   `name:"oidc-client-id" env:"CASEFILE_OIDC_CLIENT_ID" placeholder:"ID" help:"What the provider calls Casefile."`
	ACR      []string `name:"oidc-acr" env:"CASEFILE_OIDC_ACR" sep:"," placeholder:"VALUE" help:"How strongly people must have signed in there: a value of acr. Given several times, any of them will do."`
	MaxAge   string   `name:"oidc-max-age" env:"CASEFILE_OIDC_MAX_AGE" placeholder:"TIME" help:"How long ago somebody may have signed in there, such as 12h. Without it, as long as the provider says."`
	Label    string   `name:"oidc-label" env:"CASEFILE_OIDC_LABEL" default:"your work account" help:"What the button says after 'Sign in with'."`
}

// Provider is the checked settings of the identity provider.
type Provider struct {
	Issuer   string
	ClientID string
	Secret   Secret // zero for a client that has none
	ACR      []string
	MaxAge   time.Duration // zero: as long as the provider says
	Label    string
}

const clientSecret = "CASEFILE_OIDC_CLIENT_SECRET"

// The bounds of --oidc-max-age. Ours: below, people would do nothing else.
const (
	shortestAge = time.Minute
	longestAge  = 30 * 24 * time.Hour
	longestName = 60 // of a button, in bytes
)

// provider checks the settings of the provider; nil without one.
func (o OIDC) provider(lookup Lookup) (*Provider, error) {
	secret, err := ReadSecret(lookup, clientSecret)
	if err != nil {
		return nil, err
	}
	if o.Issuer == "" {
		if o.ClientID != "" || len(o.ACR) > 0 || o.MaxAge != "" || !secret.IsZero() {
			return nil, errors.New("--oidc-client-id, --oidc-acr, --oidc-max-age and " + clientSecret + " need --oidc-issuer")
		}
		return nil, nil // nobody signs in by one: nil is the answer, as Settings says
	}
	var wrong []error
	u, err := url.Parse(o.Issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		wrong = append(wrong, errors.New("--oidc-issuer is an address without a query, such as https://id.example.org"))
	case u.Scheme != "https" && (u.Scheme != "http" || !thisMachine(u.Hostname())):
		wrong = append(wrong, fmt.Errorf("--oidc-issuer %s is not https: somebody on the way could sign in as anybody", o.Issuer))
	}
	if o.ClientID == "" {
		wrong = append(wrong, errors.New("--oidc-issuer needs --oidc-client-id"))
	}
	for _, v := range o.ACR {
		if v == "" || strings.ContainsAny(v, " \t\n") {
			wrong = append(wrong, errors.New("--oidc-acr is one value without spaces; give the flag several times for several"))
			break
		}
	}
	p := &Provider{Issuer: o.Issuer, ClientID: o.ClientID, Secret: secret, ACR: slices.Clone(o.ACR), Label: strings.TrimSpace(o.Label)}
	if p.Label == "" || len(p.Label) > longestName {
		wrong = append(wrong, fmt.Errorf("--oidc-label is between 1 and %d letters", longestName))
	}
	if o.MaxAge != "" {
		if p.MaxAge, err = duration("--oidc-max-age", o.MaxAge, shortestAge, longestAge); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return p, nil
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
