# redfishtool.sh URL USER PASSWORD: DMTF's tool, logged in by session, called again and again.
pdu=/redfish/v1/PowerEquipment/RackPDUs
host=${1#http://}
while :; do
    redfishtool -r "$host" -S Never -u "$2" -p "$3" -A Session Chassis list
    redfishtool -r "$host" -S Never -u "$2" -p "$3" -A Session raw GET $pdu
    redfishtool -r "$host" -S Never -u "$2" -p "$3" -A Basic raw GET $pdu/2/Metrics
    sleep 0.5
done
