"""The demo workshop's resistors, capacitors, inductors, crystals and fuses."""

from server.seed.demo.story import DemoPart

# fmt: off
PASSIVES = (
    # The next two are one product entered twice: same manufacturer and code, the value in two notations.
    DemoPart(
        "RKTA", "Resistor 4k7, metal film, 1 %, 0.25 W", "Resistor", "Harrow", "HMF25-4K7F",
        tags=("through-hole", "kit"), package="axial", series="HMF25", dimensions="6.3 × 2.4 mm", mounting_type="THT",
        voltage_rating="250 V", pin_count=2, low_stock_threshold=100,
        parameters=(("Resistance", "4k7"), ("Tolerance", "1 %"), ("Power", "0.25 W")),
    ),
    DemoPart(
        "RKTB", "Metal film resistor 4.7k quarter watt", "Resistor", "Harrow", "HMF25-4K7F", tags=("through-hole",),
        mounting_type="THT", parameters=(("Resistance", "4.7k"), ("Power", "1/4 W")),
    ),
    DemoPart(
        "RGNA", "Resistor 10k, metal film, 1 %, 0.25 W", "Resistor", "Harrow", "HMF25-10KF",
        tags=("through-hole", "kit"), package="axial", series="HMF25", dimensions="6.3 × 2.4 mm", mounting_type="THT",
        voltage_rating="250 V", pin_count=2, low_stock_threshold=100,
        parameters=(("Resistance", "10 kΩ"), ("Tolerance", "1 %"), ("Power", "0.25 W")),
    ),
    DemoPart(
        "RHSA", "Resistor 220R, metal film, 1 %, 0.25 W", "Resistor", "Harrow", "HMF25-220RF",
        tags=("through-hole", "kit"), package="axial", series="HMF25", mounting_type="THT", voltage_rating="250 V",
        pin_count=2, low_stock_threshold=100,
        parameters=(("Resistance", "220R"), ("Tolerance", "1 %"), ("Power", "0.25 W")),
    ),
    DemoPart(
        "RLMB", "Resistor 1M, carbon film, 5 %", "Resistor", "Harrow", "HCF25-1M0J", tags=("through-hole",),
        package="axial", series="HCF25", mounting_type="THT", voltage_rating="250 V", pin_count=2,
        parameters=(("Resistance", "1M"), ("Tolerance", "5 %"), ("Power", "250 mW")),
    ),
    DemoPart(
        "RZQA", "Resistor 2R2, wire-wound, 3 W", "Resistor", "Tamber", "TW3-2R2", tags=("through-hole", "power"),
        package="axial", series="TW3", dimensions="15 × 5 mm", mounting_type="THT", pin_count=2,
        parameters=(("Resistance", "2R2"), ("Tolerance", "5 %"), ("Power", "3 W")),
    ),
    DemoPart(
        "RSMA", "Resistor 10k 0603", "Resistor", "Harrow", "HCR0603-103F", tags=("smd",), package="0603", series="HCR",
        dimensions="1.6 × 0.8 mm", mounting_type="SMD", voltage_rating="75 V", pin_count=2, low_stock_threshold=500,
        parameters=(("Resistance", "10000 ohm"), ("Tolerance", "1 %"), ("Power", "0.1 W")),
    ),
    DemoPart(
        "RNET", "Resistor network 8 × 10k, common pin", "Resistor network", "Harrow", "HRN9-103G",
        tags=("through-hole",), package="SIP-9", mounting_type="THT", pin_pitch="2.54 mm", pin_count=9,
        parameters=(("Resistance", "10k"), ("Elements", "8"), ("Tolerance", "2 %")),
    ),
    DemoPart(
        "PTRA", "Trimmer 10k, 25 turns, top adjust", "Trimmer", "Tamber", "TT25-10K", tags=("through-hole",),
        dimensions="9.5 × 10 × 4.8 mm", mounting_type="THT", pin_count=3,
        parameters=(("Resistance", "10 kOhm"), ("Turns", "25"), ("Power", "0.5 W")),
    ),
    DemoPart(
        "PTGA", "Potentiometer 50k logarithmic, 6 mm shaft", "Potentiometer", "Tamber", "TP16-A50K", tags=("panel",),
        dimensions="16 mm body", mounting_type="panel", pin_count=3, low_stock_threshold=5,
        parameters=(("Resistance", "50k"), ("Taper", "logarithmic"), ("Shaft", "6 mm")),
    ),
    DemoPart(
        "NTCA", "Thermistor NTC 10k at 25 °C, bead", "Thermistor", "Tamber", "TN10K-3950", tags=("sensor",),
        dimensions="3 mm bead", mounting_type="THT", pin_count=2,
        parameters=(("Resistance", "10k"), ("Beta", "3950 K"), ("Tolerance", "1 %")),
    ),
    DemoPart(
        "LDRA", "Photoresistor, 5 mm, 10k at 10 lux", "Photoresistor", None, None, tags=("sensor", "kit"),
        dimensions="5.1 × 4.3 mm", mounting_type="THT", pin_count=2, parameters=(("Resistance at 10 lux", "10k"),),
    ),
    # Two descriptions of the same thing: 0.1µF and 100nF, one without a manufacturer's code.
    DemoPart(
        "CAPA", "Ceramic capacitor 0.1µF 50V X7R", "Ceramic capacitor", "Ostara", "OCC104X7R50",
        tags=("through-hole", "kit"), package="radial", series="OCC", mounting_type="THT", voltage_rating="50 V",
        pin_pitch="5.08 mm", pin_count=2, low_stock_threshold=100,
        parameters=(("Capacitance", "0.1µF"), ("Tolerance", "10 %"), ("Dielectric", "X7R")),
    ),
    DemoPart(
        "CAPB", "100nF capacitor, X7R, 50 V, raster 5 mm (box from the old lab)", "Ceramic capacitor", "Ostara", None,
        tags=("through-hole",), mounting_type="THT", voltage_rating="50V", pin_pitch="5 mm",
        parameters=(("Capacitance", "100nF 50V X7R"),),
    ),
    DemoPart(
        "CSMA", "Ceramic capacitor 10uF 25V 0805", "Ceramic capacitor", "Ostara", "OCS0805-106M", tags=("smd",),
        package="0805", series="OCS", dimensions="2.0 × 1.25 mm", mounting_type="SMD", voltage_rating="25 V",
        pin_count=2, low_stock_threshold=200,
        parameters=(("Capacitance", "10uF"), ("Tolerance", "20 %"), ("Dielectric", "X5R")),
    ),
    DemoPart(
        "CSMB", "Ceramic capacitor 22p C0G 0603", "Ceramic capacitor", "Ostara", "OCS0603-220J", tags=("smd",),
        package="0603", series="OCS", dimensions="1.6 × 0.8 mm", mounting_type="SMD", voltage_rating="50 V",
        pin_count=2, parameters=(("Capacitance", "22p"), ("Tolerance", "5 %"), ("Dielectric", "C0G")),
    ),
    DemoPart(
        "CELA", "Electrolytic capacitor 470µF 25V", "Electrolytic capacitor", "Ostara", "OEL471-25",
        tags=("through-hole",), package="radial", series="OEL", dimensions="10 × 16 mm", mounting_type="THT",
        voltage_rating="25 V", pin_pitch="5 mm", pin_count=2, low_stock_threshold=20,
        parameters=(("Capacitance", "470 µF"), ("Tolerance", "20 %"), ("Temperature", "105 °C")),
    ),
    DemoPart(
        "CELB", "Electrolytic capacitor 1mF 16V", "Electrolytic capacitor", "Ostara", "OEL102-16",
        tags=("through-hole",), package="radial", series="OEL", dimensions="10 × 20 mm", mounting_type="THT",
        voltage_rating="16 V", pin_pitch="5 mm", pin_count=2,
        parameters=(("Capacitance", "1000uF"), ("Tolerance", "20 %"), ("ESR", "65m")),
    ),
    DemoPart(
        "CTAA", "Tantalum capacitor 10u 16V size B", "Tantalum capacitor", "Ostara", "OTA106-16B", tags=("smd",),
        package="B (3528)", mounting_type="SMD", voltage_rating="16 V", pin_count=2,
        parameters=(("Capacitance", "10u"), ("Tolerance", "10 %"), ("ESR", "1R5")),
    ),
    DemoPart(
        "CSUP", "Supercapacitor 1F 5.5V, coin", "Supercapacitor", "Ostara", "OSC1F0-5R5",
        tags=("through-hole", "backup"), dimensions="19 × 5.5 mm", mounting_type="THT", voltage_rating="5.5 V",
        pin_pitch="5 mm", pin_count=2, parameters=(("Capacitance", "1F"), ("ESR", "30 ohm")),
    ),
    DemoPart(
        "LNDA", "Inductor 100µH, radial, 1.2 A", "Inductor", "Tamber", "TL09-101K", tags=("through-hole", "power"),
        dimensions="9 × 12 mm", mounting_type="THT", pin_pitch="5 mm", pin_count=2,
        parameters=(("Inductance", "100uH"), ("Current", "1.2 A"), ("DC resistance", "190 mΩ")),
    ),
    DemoPart(
        "XTAL", "Crystal 16 MHz HC-49S", "Crystal", "Quarzwerk", "QW-16.000-HC49", tags=("through-hole", "clock"),
        package="HC-49S", mounting_type="THT", pin_pitch="4.88 mm", pin_count=2, low_stock_threshold=10,
        parameters=(("Frequency", "16 MHz"), ("Load capacitance", "18 pF"), ("Tolerance", "30 ppm")),
    ),
    DemoPart(
        "FUSE", "Fuse 1A slow, 5 × 20 mm glass", "Fuse", "Tamber", "TFS520-1A0", tags=("mains",),
        dimensions="5 × 20 mm", mounting_type="holder", voltage_rating="250 V", low_stock_threshold=10,
        parameters=(("Current", "1A"), ("Characteristic", "slow")),
    ),
    DemoPart(
        "FPTA", "Resettable fuse 500 mA 1206", "Resettable fuse", "Tamber", "TPF1206-050", tags=("smd", "usb"),
        package="1206", mounting_type="SMD", voltage_rating="13.2 V", pin_count=2,
        parameters=(("Hold current", "500mA"), ("Trip current", "1 A")),
    ),
)
