# The stylesheet and the scripts of the pages. Node is needed here and nowhere
# else: the program embeds what this makes.

DIST := internal/web/static/dist
MODULES := node_modules/.package-lock.json
GOVUK := node_modules/govuk-frontend/dist/govuk
MOJ := node_modules/@ministryofjustice/frontend/moj
OUR_SCRIPTS := autosave casefile enabled trays writing
ICONS := icon-close-cross-black icon-document icon-tag-remove-cross \
	icon-tag-remove-cross-white icon-toggle-plus-minus

ASSETS := $(DIST)/casefile.css $(DIST)/govuk-frontend.min.js $(DIST)/moj-frontend.min.js \
	$(DIST)/images/casefile.svg \
	$(OUR_SCRIPTS:%=$(DIST)/%.js) $(ICONS:%=$(DIST)/images/%.svg)

# A recipe that fails half way must not leave a file that looks built.
.DELETE_ON_ERROR:

.PHONY: assets assets-test assets-clean
assets: $(ASSETS) ## the stylesheet and the scripts, into the folder the program embeds

assets-test: $(MODULES) ## the logic of our own scripts, in Node's test runner
	node --test assets/

assets-clean: ## forget what was built, not what was downloaded
	rm -rf $(DIST)/images $(DIST)/*.js $(DIST)/*.css

# npm's own record inside node_modules is the stamp, so that deleting the
# folder is noticed. Install scripts of other people's packages do not run. npm
# empties the folder first, and where it is a link, what that leads to.
$(MODULES): package.json package-lock.json
	@if [ -L node_modules ]; then echo 'node_modules is a link, and npm would empty what it leads to: put a copy in its place' >&2; exit 1; fi
	npm ci --ignore-scripts --no-audit --no-fund
	touch $@

$(DIST)/casefile.css: $(wildcard assets/*.scss) $(MODULES)
	node_modules/.bin/sass --load-path=. --style=compressed --no-source-map assets/casefile.scss $@

# The packages name source maps that are not served; a browser's tools would
# ask for them in vain.
$(DIST)/govuk-frontend.min.js: $(MODULES)
	sed 's|//# sourceMappingURL=.*||' $(GOVUK)/govuk-frontend.min.js > $@

$(DIST)/moj-frontend.min.js: $(MODULES)
	sed 's|//# sourceMappingURL=.*||' $(MOJ)/moj-frontend.min.js > $@

$(OUR_SCRIPTS:%=$(DIST)/%.js): $(DIST)/%.js: assets/%.js
	cp $< $@

$(DIST)/images/casefile.svg: assets/casefile.svg
	@mkdir -p $(@D)
	cp $< $@

$(DIST)/images/%.svg: $(MODULES)
	@mkdir -p $(@D)
	cp $(MOJ)/assets/images/$*.svg $@
