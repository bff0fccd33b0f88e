package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestProvider(t *testing.T) {
	set, err := check(t, nil)
	if err != nil || set.Provider != nil || !set.LocalAccounts {
		t.Fatalf("without one: %+v, local %v, %v", set.Provider, set.LocalAccounts, err)
	}
	file := write(t, "secret", "hush hush\n")
	set, err = check(
		t, map[string]string{"CASEFILE_OIDC_CLIENT_SECRET_FILE": file, "CASEFILE_OIDC_CLIENT_ID": "casefile"},
		"--oidc-issuer=https://id.example.org/tenant/", "--oidc-acr=urn:a", "--oidc-acr=urn:b", "--oidc-max-age=12h", "--oidc-label= Anyshire ", "--local-accounts=false",
	)
	if err != nil {
		t.Fatal(err)
	}
	p := set.Provider
	if p.Issuer != "https://id.example.org/tenant/" || p.ClientID != "casefile" || p.Secret.Reveal() != "hush hush" || !slices.Equal(p.ACR, []string{"urn:a", "urn:b"}) ||
		p.MaxAge != 12*time.Hour || p.Label != "Anyshire" || set.LocalAccounts {
		t.Errorf("settings: %+v, local %v", p, set.LocalAccounts)
	}
	if printed := fmt.Sprintf("%+v %#v", p, *p); strings.Contains(printed, "hush") {
		t.Errorf("the secret is printed: %s", printed)
	}
	set, err = check(t, map[string]string{"CASEFILE_OIDC_ISSUER": "http://localhost:9000", "CASEFILE_OIDC_CLIENT_ID": "c", "CASEFILE_OIDC_ACR": "a,b", "CASEFILE_LOCAL_ACCOUNTS": "false"})
	if err != nil || len(set.Provider.ACR) != 2 || set.LocalAccounts || set.Provider.Label != "your work account" {
		t.Errorf("from the environment: %+v, %v", set.Provider, err)
	}
}

func TestWrongProvider(t *testing.T) {
	const issuer, client = "--oidc-issuer=https://id.example.org", "--oidc-client-id=c"
	for name, c := range map[string]struct {
		vars map[string]string
		args []string
		want string
	}{
		"client alone":        {nil, []string{client}, "need --oidc-issuer"},
		"acr alone":           {nil, []string{"--oidc-acr=a"}, "need --oidc-issuer"},
		"age alone":           {nil, []string{"--oidc-max-age=1h"}, "need --oidc-issuer"},
		"secret alone":        {map[string]string{"CASEFILE_OIDC_CLIENT_SECRET": "hush"}, nil, "need --oidc-issuer"},
		"issuer alone":        {nil, []string{issuer}, "needs --oidc-client-id"},
		"in the clear":        {nil, []string{"--oidc-issuer=http://id.example.org", client}, "is not https"},
		"no address":          {nil, []string{"--oidc-issuer=id.example.org", client}, "is an address without a query"},
		"with a query":        {nil, []string{issuer + "?x=y", client}, "is an address without a query"},
		"with a password":     {nil, []string{"--oidc-issuer=https://me:hush@id.example.org", client}, "is an address without a query"},
		"two in one acr":      {nil, []string{issuer, client, "--oidc-acr=a b"}, "--oidc-acr is one value"},
		"empty secret":        {map[string]string{"CASEFILE_OIDC_CLIENT_SECRET": ""}, []string{issuer, client}, "is set but empty"},
		"endless label":       {nil, []string{issuer, client, "--oidc-label=" + strings.Repeat("x", 61)}, "--oidc-label is between 1 and 60"},
		"no label":            {nil, []string{issuer, client, "--oidc-label= "}, "--oidc-label is between 1 and 60"},
		"age that is none":    {nil, []string{issuer, client, "--oidc-max-age=soon"}, "--oidc-max-age is a time"},
		"age of nothing":      {nil, []string{issuer, client, "--oidc-max-age=1s"}, "--oidc-max-age is between"},
		"nobody has a way in": {nil, []string{"--local-accounts=false"}, "leaves nobody a way in"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := check(t, c.vars, c.args...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush") || set.Provider != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
