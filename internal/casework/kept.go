package casework

import (
	"encoding/base64"
	"encoding/json"

	"casefile/internal/fault"
	"casefile/internal/keys"
	"casefile/internal/staff"
)

// SealKept makes what a worker typed into a form into something that can wait in a page of
// their browser: only they can send or read it, whoever is signed in there by then.
func (s *Service) SealKept(w staff.ID, form map[string][]string) (string, error) {
	plain, err := json.Marshal(form)
	if err != nil {
		return "", err
	}
	return s.sealText(plain, keys.Row("kept", string(w), "form"))
}

// OpenKept is what SealKept sealed for the same worker; NotFound otherwise.
func (s *Service) OpenKept(w staff.ID, token string) (map[string][]string, error) {
	var form map[string][]string
	plain, err := s.openText(token, keys.Row("kept", string(w), "form"))
	if err == nil {
		err = json.Unmarshal(plain, &form)
	}
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, "There is nothing kept of this.", err)
	}
	return form, nil
}

// SealWorker makes the key of a worker into something that a browser can hold, to say who
// was signed in there last.
func (s *Service) SealWorker(w staff.ID) (string, error) {
	return s.sealText([]byte(w), keys.Row("browser", "", "worker"))
}

// OpenWorker is whom SealWorker sealed; NotFound where it did not.
func (s *Service) OpenWorker(token string) (staff.ID, error) {
	plain, err := s.openText(token, keys.Row("browser", "", "worker"))
	if err != nil {
		return "", fault.Wrap(fault.NotFound, "", err)
	}
	return staff.ID(plain), nil
}

func (s *Service) sealText(plain, place []byte) (string, error) {
	sealed, err := s.keys.Seal(plain, place)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (s *Service) openText(token string, place []byte) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, err
	}
	return s.keys.Open(sealed, place)
}
