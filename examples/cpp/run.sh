# Compile once, then blur with the parameters of the trial.
set -e
[ -x ./blur ] || { g++ -O2 -o blur.$$ blur.cpp && mv blur.$$ blur; }
value() { sed 's/.*"'"$1"'": "\{0,1\}\([^",}]*\).*/\1/' "$PARETUNE_PARAMS_FILE"; }
./blur "$(value passes)" "$(value radius)" "$(value precision)"
