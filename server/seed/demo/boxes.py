"""The demo workshop's ten boxes: 390 locations; boxes 8 and 9 nearly full, box 10 empty."""

from server.seed.demo.story import DemoBox

# fmt: off
BOXES = (
    DemoBox(
        1, "Resistors, drawer cabinet left", 60, 10,
        ("Resistor", "Resistor network", "Potentiometer", "Trimmer", "Thermistor"),
    ),
    DemoBox(
        2, "Capacitors, drawer cabinet left", 48, 8,
        ("Ceramic capacitor", "Electrolytic capacitor", "Film capacitor", "Tantalum capacitor"),
    ),
    DemoBox(
        3, "Inductors, crystals and fuses", 40, 8, ("Inductor", "Ferrite bead", "Crystal", "Fuse", "Resettable fuse"),
    ),
    DemoBox(
        4, "Diodes, LEDs and transistors", 48, 8,
        ("Diode", "Schottky diode", "Zener diode", "LED", "Bipolar transistor", "MOSFET"),
    ),
    DemoBox(
        5, "Integrated circuits, antistatic", 48, 12,
        ("Operational amplifier", "Timer", "Linear regulator", "Microcontroller", "Memory"),
    ),
    DemoBox(
        6, "Modules, sensors and displays", 36, 6,
        ("Power module", "Development board", "OLED display", "LCD", "Humidity sensor"),
    ),
    DemoBox(
        7, "Connectors and switches", 50, 10,
        ("Pin header", "Socket header", "Terminal block", "Wire-to-board connector", "Push button"),
    ),
    DemoBox(8, "Mechanics and wire, by the bench", 12, 4, ("Screw", "Nut", "Standoff", "Hook-up wire")),
    DemoBox(9, "Course trolley", 12, 6),
    DemoBox(10, "Spare cabinet, empty", 36, 6),
)
