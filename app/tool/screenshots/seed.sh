# shellcheck shell=bash
# Creates an account with a year of weights and an edit by another device.

EMAIL=ada@example.org
PASSWORD='correct horse battery'

call() { # METHOD PATH BODY
    curl -sSf -X "$1" "$SERVER$2" -H 'Content-Type: application/json' ${TOKEN:+-H "Authorization: Bearer $TOKEN"} -d "$3"
}

json_text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

make_account() {
    TOKEN='' TOKEN=$(call POST /api/auth/register "{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}" | json_text access_token)
}

# One weight every five days, falling with some variation.
year_of_weights() {
    local i day
    for i in $(seq 73 -1 1); do
        day=$(date -u -d "-$((i * 5)) days" +%F)
        awk -v i="$i" -v day="$day" 'BEGIN {
            kg = 74.2 + 4.6 * (i / 73) ^ 1.4 + 0.7 * sin(i / 3.1) + 0.4 * sin(i * 2.3)
            printf "{\"local_id\":\"seed-%d\",\"weight_value\":%.1f,\"unit\":\"kg\",\"timestamp\":\"%sT%02d:%02d:00Z\"," \
                "\"edited_at\":\"%sT12:00:00Z\"}\n", i, kg, day, 6 + i % 2, (i * 17) % 60, day
        }'
    done | paste -sd,
}

upload_year() {
    call POST /api/health-metrics/weight/sync "{\"device_id\":\"tablet\",\"entries\":[$(year_of_weights)]}" >/dev/null
}

# edit_latest KILOGRAMS: edits the latest weight as another device
edit_latest() {
    local latest id timestamp
    latest=$(curl -sSf "$SERVER/api/health-metrics/weight?limit=1" -H "Authorization: Bearer $TOKEN")
    id=$(json_text id <<<"$latest")
    timestamp=$(json_text timestamp <<<"$latest")
    call PUT "/api/health-metrics/weight/$id" "{\"weight_value\":$1,\"unit\":\"kg\",\"timestamp\":\"$timestamp\"}" >/dev/null
}
