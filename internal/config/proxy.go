package config

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks whose word is believed about where a request came
// from. The zero Proxies believe nobody. They may be used by many goroutines at
// once.
type Proxies struct {
	networks []netip.Prefix
}

// ParseProxies reads networks such as 10.0.0.0/8; an address alone is a network
// of one.
func ParseProxies(networks []string) (Proxies, error) {
	var p Proxies
	for _, s := range networks {
		s = strings.TrimSpace(s)
		network, err := netip.ParsePrefix(s)
		if err != nil {
			addr, addrErr := netip.ParseAddr(s)
			if addrErr != nil || addr.Zone() != "" {
				return Proxies{}, fmt.Errorf("--trusted-proxy %q is not a network such as 10.0.0.0/8", s)
			}
			network = netip.PrefixFrom(addr, addr.BitLen())
		}
		if network.Addr().Is4In6() {
			return Proxies{}, fmt.Errorf("--trusted-proxy %q: write the IPv4 network itself", s)
		}
		if network.Bits() == 0 {
			return Proxies{}, fmt.Errorf("--trusted-proxy %q is everybody: then anybody could pretend to come from anywhere", s)
		}
		p.networks = append(p.networks, network.Masked())
	}
	return p, nil
}

func (p Proxies) trusts(a netip.Addr) bool {
	for _, n := range p.networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// Client is the address that a request came from: the right-most one that is
// not a trusted proxy. What stands further left in X-Forwarded-For was written
// by that address itself and proves nothing. It is the zero Addr only when the
// server was not reached over a network.
func (p Proxies) Client(r *http.Request) netip.Addr {
	client, ok := parseAddr(r.RemoteAddr)
	if !ok {
		return netip.Addr{}
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trusts(client); i-- {
		next, ok := parseAddr(strings.TrimSpace(hops[i]))
		if !ok {
			break // the proxy that we trust wrote nothing we can read: it is the last we know of
		}
		client = next
	}
	return client
}

// parseAddr reads an address with or without a port.
func parseAddr(s string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}
