"""The demo workshop's connectors, switches, mechanics, wire, consumables and tools."""

from server.seed.demo.story import DemoPart

# fmt: off
HARDWARE = (
    DemoPart(
        "HDRA", "Pin header 1 × 40, straight, breakable", "Pin header", "Konnekt", "KN-PH40S",
        tags=("through-hole", "connector"), mounting_type="THT", pin_pitch="2.54 mm", pin_count=40,
        low_stock_threshold=10, parameters=(("Current", "3A"), ("Length", "11.6 mm")),
    ),
    DemoPart(
        "TBLK", "Terminal block 2 poles, 5.08 mm, screw", "Terminal block", "Konnekt", "KN-TB2-508",
        tags=("through-hole", "connector"), mounting_type="THT", voltage_rating="300 V", pin_pitch="5.08 mm",
        pin_count=2, low_stock_threshold=20, parameters=(("Current", "16A"), ("Wire", "0.5–2.5 mm²")),
    ),
    DemoPart(
        "JSTA", "Wire-to-board connector set, 3 poles, 2.5 mm", "Wire-to-board connector", "Konnekt", "KN-XH3-SET",
        tags=("connector",), mounting_type="THT", voltage_rating="250 V", pin_pitch="2.5 mm", pin_count=3,
        low_stock_threshold=10, parameters=(("Current", "3 A"), ("Poles", "3")),
    ),
    DemoPart(
        "USBC", "USB-C socket, power only, 6 pins", "USB connector", "Konnekt", "KN-UC6P",
        tags=("smd", "usb", "connector"), mounting_type="SMD", voltage_rating="20 V", pin_count=6,
        parameters=(("Current", "3A"), ("Cycles", "10k")),
    ),
    DemoPart(
        "DCJK", "DC socket 5.5 / 2.1 mm", "DC power connector", "Konnekt", "KN-DC21",
        tags=("through-hole", "connector"), mounting_type="THT", voltage_rating="30 V", pin_count=3,
        parameters=(("Current", "5A"), ("Pin", "2.1 mm")),
    ),
    DemoPart(
        "SCKA", "IC socket DIP-8, turned pins", "IC socket", "Konnekt", "KN-DS8T", tags=("through-hole", "kit"),
        mounting_type="THT", pin_pitch="2.54 mm", pin_count=8, low_stock_threshold=15,
        parameters=(("Rows", "7.62 mm"),),
    ),
    DemoPart(
        "SWTA", "Push button 6 × 6 mm, 5 mm high", "Push button", "Konnekt", "KN-TS665", tags=("through-hole", "kit"),
        dimensions="6 × 6 × 5 mm", mounting_type="THT", voltage_rating="12 V", pin_count=4, low_stock_threshold=30,
        parameters=(("Current", "50mA"), ("Force", "1.6 N")),
    ),
    DemoPart(
        "SWTB", "Slide switch, one pole, two positions", "Slide switch", "Konnekt", "KN-SS12", tags=("through-hole",),
        mounting_type="THT", voltage_rating="50 V", pin_pitch="2 mm", pin_count=3, parameters=(("Current", "0.5A"),),
    ),
    DemoPart(
        "ENCA", "Rotary encoder with push switch, 20 steps", "Rotary encoder", "Tamber", "TE11-20S", tags=("panel",),
        dimensions="12 × 13 mm", mounting_type="panel", pin_count=5, parameters=(("Steps", "20"), ("Shaft", "6 mm")),
    ),
    DemoPart(
        "MRLY", "Relay 5V coil, 10 A change-over", "Relay", "Tamber", "TR10-5VDC", tags=("through-hole", "mains"),
        dimensions="19 × 15 × 15 mm", mounting_type="THT", voltage_rating="250 V AC", input_voltage="5 V", pin_count=5,
        low_stock_threshold=6,
        parameters=(("Coil voltage", "5V"), ("Coil resistance", "70R"), ("Contact current", "10 A")),
    ),
    DemoPart(
        "BUZA", "Buzzer 5 V, active, 12 mm", "Buzzer", "Lumenta", "LU-BZ12A", tags=("through-hole", "kit"),
        dimensions="12 × 9.5 mm", mounting_type="THT", input_voltage="4–7 V", pin_count=2,
        parameters=(("Frequency", "2.3kHz"), ("Current", "30mA")),
    ),
    DemoPart(
        "MTRA", "DC motor 3–6 V with gearbox", "DC motor", "Tamber", "TM-TT148", tags=("motor",),
        dimensions="70 × 22 × 18 mm", input_voltage="3–6 V", parameters=(("Ratio", "1:48"), ("Stall current", "0.8 A")),
    ),
    DemoPart(
        "BATH", "Battery holder 2 × AA with leads", "Battery holder", "Konnekt", "KN-BH2AA", tags=("kit",),
        dimensions="58 × 31 × 15 mm", output_voltage="3 V", low_stock_threshold=12, parameters=(("Voltage", "3V"),),
    ),
    DemoPart(
        "SCRA", "Screw M3 × 8, cylinder head, hexagon socket", "Screw", "Eisenhut", "EH-M3X8", tags=("mechanics",),
        dimensions="M3 × 8 mm", low_stock_threshold=100,
        parameters=(("Thread", "M3"), ("Length", "8 mm"), ("Material", "steel A2")),
    ),
    DemoPart(
        "NUTA", "Nut M3", "Nut", "Eisenhut", "EH-M3N", tags=("mechanics",), dimensions="M3", low_stock_threshold=100,
        parameters=(("Thread", "M3"), ("Width across flats", "5.5 mm")),
    ),
    DemoPart(
        "SPCA", "Standoff M3 × 10, brass, female–female", "Standoff", "Eisenhut", "EH-M3SB10", tags=("mechanics",),
        dimensions="M3 × 10 mm", low_stock_threshold=40,
        parameters=(("Thread", "M3"), ("Length", "10 mm"), ("Material", "brass")),
    ),
    DemoPart(
        "HSNK", "Heat sink for TO-220, 21 K/W", "Heat sink", "Eisenhut", "EH-KK21", tags=("mechanics", "power"),
        dimensions="19 × 13 × 13 mm", parameters=(("Thermal resistance", "21 K/W"),),
    ),
    DemoPart(
        "WRER", "Hook-up wire 0.5 mm², red (metres)", "Hook-up wire", "Drahtig", "DG-05-RD", tags=("wire",),
        voltage_rating="300 V", low_stock_threshold=20, parameters=(("Cross-section", "0.5 mm²"), ("Colour", "red")),
    ),
    DemoPart(
        "WREB", "Hook-up wire 0.5 mm², black (metres)", "Hook-up wire", "Drahtig", "DG-05-BK", tags=("wire",),
        voltage_rating="300 V", low_stock_threshold=20, parameters=(("Cross-section", "0.5 mm²"), ("Colour", "black")),
    ),
    DemoPart(
        "HSTA", "Heat-shrink tubing 3.2 mm black (metres)", "Heat-shrink tubing", "Drahtig", "DG-HS32", tags=("wire",),
        dimensions="3.2 mm", parameters=(("Shrink ratio", "2:1"),),
    ),
    DemoPart(
        "SLDR", "Solder 0.7 mm, lead-free, reel of 250 g", "Solder", "Drahtig", "DG-SN97-07", tags=("consumable",),
        low_stock_threshold=3, parameters=(("Diameter", "0.7 mm"), ("Melting point", "227 °C"), ("Weight", "250 g")),
    ),
    DemoPart(
        "TWZA", "Tweezers, straight, fine, antistatic", "Hand tool", "Eisenhut", "EH-TW11", tags=("tool",),
        dimensions="140 mm", parameters=(("Length", "140 mm"),),
    ),
    DemoPart("PRBA", "Test leads with crocodile clips, set of ten", "Test lead", None, None, tags=("tool", "kit")),
    DemoPart(
        "BRDA", "Breadboard 830 contacts", "Breadboard", "Konnekt", "KN-BB830", tags=("kit",), dimensions="165 × 55 mm",
        pin_pitch="2.54 mm", low_stock_threshold=6, parameters=(("Contacts", "830"),),
    ),
    # Nobody has said yet what it is: a part without a type, manufacturer or stock place of its own kind.
    DemoPart("ZZQX", "Blue box with two relays from the old heating control, untested", None, tags=("to sort",)),
)
