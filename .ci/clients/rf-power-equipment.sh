# rf-power-equipment.sh URL USER PASSWORD: Tacklebox' PDU tool, called again and again.
while :; do
    rf_power_equipment.py -r "$1" -u "$2" -p "$3" outlets -t RackPDU
    rf_power_equipment.py -r "$1" -u "$2" -p "$3" outletinfo -t RackPDU -o 1
    rf_power_equipment.py -r "$1" -u "$2" -p "$3" mainsinfo -t RackPDU -m AC1
done
