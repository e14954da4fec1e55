"""The demo workshop's diodes, LEDs, transistors, circuits, modules, sensors and displays."""

from server.seed.demo.story import DemoPart

# fmt: off
SEMICONDUCTORS = (
    DemoPart(
        "DSWA", "Switching diode 1N4148", "Diode", "Kestrel", "1N4148", tags=("through-hole", "kit"), package="DO-35",
        mounting_type="THT", voltage_rating="100 V", pin_count=2, low_stock_threshold=50,
        parameters=(("Current", "200mA"), ("Reverse recovery", "4 ns")),
    ),
    DemoPart(
        "DRFA", "Rectifier diode 1N4007", "Diode", "Kestrel", "1N4007", tags=("through-hole",), package="DO-41",
        mounting_type="THT", voltage_rating="1000 V", pin_count=2,
        parameters=(("Current", "1A"), ("Forward voltage", "1V1")),
    ),
    DemoPart(
        "DSKA", "Schottky diode 40 V 1 A", "Schottky diode", "Kestrel", "1N5819", tags=("through-hole", "power"),
        package="DO-41", mounting_type="THT", voltage_rating="40 V", pin_count=2,
        parameters=(("Current", "1 A"), ("Forward voltage", "450 mV")),
    ),
    DemoPart(
        "DZNA", "Zener diode 5V1 500 mW", "Zener diode", "Kestrel", "KZ5V1-05", tags=("through-hole",), package="DO-35",
        mounting_type="THT", pin_count=2, parameters=(("Zener voltage", "5V1"), ("Power", "0.5W")),
    ),
    # A red LED twice, in different words.
    DemoPart(
        "LEDR", "LED red 5 mm, diffused", "LED", "Lumenta", "LU5-RD", tags=("through-hole", "kit"), package="5 mm",
        series="LU5", mounting_type="THT", pin_pitch="2.54 mm", pin_count=2, low_stock_threshold=50,
        parameters=(("Colour", "red"), ("Forward voltage", "2.0V"), ("Current", "20mA"), ("Wavelength", "625 nm")),
    ),
    DemoPart(
        "LEDX", "Light-emitting diode, 5mm, RED (unsorted bag)", "LED", None, None, tags=("through-hole",),
        parameters=(("Colour", "red"),),
    ),
    DemoPart(
        "LEDG", "LED green 5 mm, clear", "LED", "Lumenta", "LU5-GC", tags=("through-hole", "kit"), package="5 mm",
        series="LU5", mounting_type="THT", pin_pitch="2.54 mm", pin_count=2, low_stock_threshold=50,
        parameters=(("Colour", "green"), ("Forward voltage", "3V2"), ("Current", "20mA"), ("Wavelength", "525 nm")),
    ),
    DemoPart(
        "LADR", "Addressable RGB LED 5 V, 5050", "Addressable LED", "Lumenta", "LU-ADR5050", tags=("smd",),
        package="5050", mounting_type="SMD", input_voltage="3.7–5.3 V", pin_count=4, low_stock_threshold=50,
        parameters=(("Current", "36 mA"), ("Data rate", "800 kHz")),
    ),
    DemoPart(
        "TNPN", "NPN transistor BC547B", "Bipolar transistor", "Kestrel", "BC547B", tags=("through-hole", "kit"),
        package="TO-92", mounting_type="THT", voltage_rating="45 V", pin_count=3, low_stock_threshold=30,
        parameters=(("Collector current", "100mA"), ("Gain", "200–450")),
    ),
    DemoPart(
        "TMSA", "N-channel MOSFET, small signal, SOT-23", "MOSFET", "Kestrel", "2N7002K", tags=("smd",),
        package="SOT-23", mounting_type="SMD", voltage_rating="60 V", pin_count=3,
        parameters=(("Drain current", "300mA"), ("On resistance", "1R6"), ("Gate threshold", "1.7 V")),
    ),
    DemoPart(
        "TMSB", "N-channel power MOSFET, logic level", "MOSFET", "Kestrel", "KLN44-60", tags=("through-hole", "power"),
        package="TO-220", mounting_type="THT", voltage_rating="60 V", pin_count=3, low_stock_threshold=8,
        parameters=(("Drain current", "44A"), ("On resistance", "22mΩ"), ("Gate threshold", "1.5V")),
    ),
    DemoPart(
        "UMSA", "Dual operational amplifier LM358", "Operational amplifier", "Kestrel", "LM358N",
        tags=("through-hole", "audio"), package="DIP-8", mounting_type="THT", input_voltage="3–32 V",
        pin_pitch="2.54 mm", pin_count=8, low_stock_threshold=10,
        parameters=(("Bandwidth", "1 MHz"), ("Channels", "2")),
    ),
    DemoPart(
        "UTMA", "Timer 555, bipolar", "Timer", "Kestrel", "NE555N", tags=("through-hole", "kit"), package="DIP-8",
        mounting_type="THT", input_voltage="4.5–16 V", pin_pitch="2.54 mm", pin_count=8, low_stock_threshold=15,
        parameters=(("Supply current", "3mA"), ("Frequency", "500kHz")),
    ),
    DemoPart(
        "USHR", "Shift register 8 bit, serial in, parallel out", "Shift register", "Kestrel", "74HC595N",
        tags=("through-hole",), package="DIP-16", series="74HC", mounting_type="THT", input_voltage="2–6 V",
        pin_pitch="2.54 mm", pin_count=16, parameters=(("Clock", "25MHz"), ("Bits", "8")),
    ),
    DemoPart(
        "UREG", "Linear regulator 5 V 1.5 A", "Linear regulator", "Kestrel", "L7805CV", tags=("through-hole", "power"),
        package="TO-220", mounting_type="THT", input_voltage="7–35 V", output_voltage="5V", pin_count=3,
        low_stock_threshold=10, parameters=(("Output voltage", "5V"), ("Current", "1.5A"), ("Dropout", "2 V")),
    ),
    # Entered a second time under the same code, from another order.
    DemoPart(
        "UREX", "Voltage regulator 5V TO220", "Linear regulator", "KESTREL", "l7805cv", tags=("power",),
        package="TO220", output_voltage="5.0 V", parameters=(("Output voltage", "5.0V"),),
    ),
    DemoPart(
        "ULDA", "Low-dropout regulator 3.3V 800 mA SOT-223", "Linear regulator", "Kestrel", "KLD1117-33",
        tags=("smd", "power"), package="SOT-223", mounting_type="SMD", input_voltage="4.5–12 V", output_voltage="3.3 V",
        pin_count=4, parameters=(("Output voltage", "3V3"), ("Current", "800mA"), ("Dropout", "1.1 V")),
    ),
    DemoPart(
        "USWA", "Step-down module, adjustable, 3 A", "Power module", "Fennwerk", "FW-SD3A", tags=("module", "power"),
        dimensions="43 × 21 × 14 mm", input_voltage="4.5–40 V", output_voltage="1.25–37 V", low_stock_threshold=5,
        parameters=(("Current", "3A"), ("Switching frequency", "150k"), ("Efficiency", "92 %")),
    ),
    DemoPart(
        "UMCA", "8-bit microcontroller, 32 KiB flash, DIP-28", "Microcontroller", "Corvid", "CV328P-PU",
        tags=("through-hole",), package="DIP-28", mounting_type="THT", input_voltage="1.8–5.5 V", pin_pitch="2.54 mm",
        pin_count=28, low_stock_threshold=8, parameters=(("Clock", "20MHz"), ("Flash", "32 KiB"), ("Supply", "5 V")),
    ),
    DemoPart(
        "UMCB", "Development board, dual core, wireless, USB-C", "Development board", "Corvid", "CV-DEV32W",
        tags=("module", "usb"), dimensions="52 × 28 mm", mounting_type="THT", input_voltage="5 V",
        output_voltage="3.3 V", pin_pitch="2.54 mm", pin_count=38, low_stock_threshold=4,
        parameters=(("Clock", "240 MHz"), ("Flash", "4 MiB"), ("Supply", "3V3")),
    ),
    DemoPart(
        "URTC", "Real-time clock module with battery holder", "Real-time clock", "Fennwerk", "FW-RTC3231",
        tags=("module", "clock"), dimensions="38 × 22 mm", input_voltage="3.3–5.5 V", pin_count=6,
        parameters=(("Frequency", "32.768kHz"), ("Accuracy", "2 ppm")),
    ),
    DemoPart(
        "UPTA", "Optocoupler, transistor output, DIP-4", "Optocoupler", "Lumenta", "LP817C", tags=("through-hole",),
        package="DIP-4", mounting_type="THT", voltage_rating="5 kV isolation", pin_pitch="2.54 mm", pin_count=4,
        low_stock_threshold=10, parameters=(("Current transfer ratio", "200–400 %"), ("Current", "50mA")),
    ),
    DemoPart(
        "UMTR", "Dual motor driver module 1.2 A", "Motor driver", "Fennwerk", "FW-MD2", tags=("module", "motor"),
        dimensions="20 × 20 mm", input_voltage="4.5–13.5 V", pin_count=16,
        parameters=(("Current", "1A2"), ("Channels", "2")),
    ),
    DemoPart(
        "STMP", "Temperature sensor, one-wire, TO-92", "Temperature sensor", "Corvid", "CV18B20",
        tags=("sensor", "through-hole"), package="TO-92", mounting_type="THT", input_voltage="3–5.5 V", pin_count=3,
        low_stock_threshold=6, parameters=(("Range", "−55 to 125 °C"), ("Accuracy", "0.5 °C")),
    ),
    DemoPart(
        "SHUM", "Humidity and temperature sensor module", "Humidity sensor", "Fennwerk", "FW-HT31",
        tags=("sensor", "module"), dimensions="13 × 10 mm", input_voltage="2.4–5.5 V", pin_count=4,
        parameters=(("Accuracy", "2 %RH"), ("Current", "1.5mA")),
    ),
    DemoPart(
        "MWFA", "Wireless module 868 MHz, long range", "Wireless module", "Fennwerk", "FW-LR868",
        tags=("module", "radio"), dimensions="16 × 16 mm", input_voltage="1.8–3.7 V", pin_pitch="2 mm", pin_count=16,
        parameters=(("Frequency", "868MHz"), ("Transmit power", "20 dBm")),
    ),
    DemoPart(
        "DPLD", "OLED display 0.96 inch, 128 × 64, white", "OLED display", "Fennwerk", "FW-OL096W",
        tags=("display", "module"), dimensions="27 × 27 mm", input_voltage="3.3–5 V", pin_count=4,
        low_stock_threshold=3, parameters=(("Resolution", "128 × 64"), ("Diagonal", "0.96 inch")),
    ),
    DemoPart(
        "DPLC", "LCD 16 × 2 characters, blue", "LCD", "Fennwerk", "FW-LC1602B", tags=("display", "module"),
        dimensions="80 × 36 mm", input_voltage="5V", pin_pitch="2.54 mm", pin_count=16,
        parameters=(("Characters", "16 × 2"), ("Supply current", "25mA")),
    ),
    DemoPart(
        "DPSG", "Seven-segment display 14 mm red, common cathode", "Seven-segment display", "Lumenta", "LU-7S14C",
        tags=("display", "through-hole"), dimensions="19 × 12.6 mm", mounting_type="THT", pin_count=10,
        parameters=(("Segment current", "20 mA"), ("Forward voltage", "1V9")),
    ),
)
