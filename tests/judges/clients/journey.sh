#!/bin/sh
# The whole journey with curl and sed: sh journey.sh ADDRESS
# The first line printed is the device code as the service gave it, the last one a report as JSON.
set -eu

address=$1
app=client_id=curl-by-hand
login=$address/consumers/oauth2/v2.0
devices=$address/beta/me/devices
service=com.microsoft.test.cdppingpongservice
package=5085ShawnHenry.RomanTestApp_jsjw7knzsgcce

ask() { curl -q --silent --show-error --max-time 20 --noproxy '*' "$@"; }
graph() { ask --header "Authorization: Bearer $token" "$@"; }
status_of() { graph --output /dev/null --write-out '%{http_code}' "$@"; }
pick() { sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p'; }

flow=$(ask --data $app --data-urlencode 'scope=https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command offline_access' "$login/devicecode")
echo "$flow"
code=$(echo "$flow" | pick device_code)

token=
while [ -z "$token" ]; do
    sleep 1
    answer=$(ask --data $app --data grant_type=urn:ietf:params:oauth:grant-type:device_code --data-urlencode "device_code=$code" "$login/token")
    token=$(echo "$answer" | pick access_token)
    case $answer in
    *access_token* | *authorization_pending*) ;;
    *) echo "$answer" >&2 && exit 1 ;;
    esac
done

list=$(graph "$devices/")
device=$(echo "$list" | tr '{' '\n' | grep "Alex's Surface" | pick id)

sent=$(graph --header 'Content-Type: application/json' --data "{\"type\":\"AppService\",\"appServiceName\":\"$service\",\"packageFamilyName\":\"$package\",\"payload\":{\"Type\":\"Toast\",\"Title\":\"Hello\",\"Subtitle\":\"World!\"}}" "$devices/$device/commands/")
command=$(echo "$sent" | pick id)

status=requesting
statuses='"requesting"'
tries=0
while [ "$status" != completed ] && [ $tries -lt 30 ]; do
    sleep 1
    ended=$(graph "$devices/$device/commands/$command/")
    status=$(echo "$ended" | pick status)
    statuses="$statuses,\"$status\""
    tries=$((tries + 1))
done

payload=$(graph "$devices/$device/commands/$command/responsePayload")
lower=$(graph "$devices/$device/commands/$command/responsepayload/")

cat <<END | tr '\n' ' '
{"list": $list,
 "sent": $sent,
 "statuses": [$statuses],
 "ended": $ended,
 "payload": $payload,
 "lower": $lower,
 "codes": {
   "no token": $(ask --output /dev/null --write-out '%{http_code}' "$devices/"),
   "send": $(status_of --header 'Content-Type: application/json' --data '{"type":"LaunchUri","payload":{"uri":"https://bing.com"}}' "$devices/$device/commands"),
   "no such device": $(status_of --header 'Content-Type: application/json' --data '{"type":"LaunchUri","payload":{"uri":"https://bing.com"}}' "$devices/none/commands"),
   "a form": $(status_of --data type=LaunchUri "$devices/$device/commands"),
   "delete": $(status_of --request DELETE "$devices/$device/commands/$command"),
   "v1.0": $(status_of "$address/v1.0/me/devices")
 }}
END
