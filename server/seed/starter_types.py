"""The part types a new installation starts with; loaded once, so a type that was removed stays away."""

from domain.entities.actor import Actor, OwnName, Role
from server.wiring import Application

SEED_ACTOR = Actor(OwnName.SEED, Role.ADMIN)
"""Who loads what a new installation starts with."""

# Grouped as in a workshop's drawers; the names of a line belong together.
_GROUPS = (
    "Resistor, Resistor network, Potentiometer, Trimmer, Thermistor, Photoresistor",
    "Ceramic capacitor, Electrolytic capacitor, Tantalum capacitor, Film capacitor, Supercapacitor",
    "Inductor, Ferrite bead, Transformer",
    "Crystal, Oscillator, Fuse, Fuse holder, Resettable fuse",
    "Diode, Schottky diode, Zener diode, TVS diode, Bridge rectifier",
    "LED, RGB LED, Addressable LED, Photodiode, Optocoupler",
    "Bipolar transistor, MOSFET, Triac",
    "Operational amplifier, Comparator, Audio amplifier",
    "Linear regulator, Switching regulator, Battery charger, LED driver, Motor driver",
    "Timer, Logic gate, Shift register, Level shifter, Interface circuit",
    "Microcontroller, Memory, Real-time clock, Analogue-to-digital converter",
    "Development board, Wireless module, Power module, Prototype board, Breadboard",
    "Temperature sensor, Humidity sensor, Pressure sensor, Light sensor, Magnetic sensor",
    "Motion sensor, Distance sensor",
    "OLED display, LCD, Seven-segment display",
    "Pin header, Socket header, Terminal block, Wire-to-board connector, USB connector, DC power connector",
    "Audio connector, IC socket, Crimp contact",
    "Push button, Toggle switch, Slide switch, DIP switch, Rotary encoder, Relay, Solid-state relay",
    "Buzzer, Loudspeaker, Antenna",
    "DC motor, Stepper motor, Servo, Fan",
    "Battery, Battery holder, Power supply",
    "Screw, Nut, Washer, Standoff, Enclosure, Heat sink, Knob, Cable tie",
    "Hook-up wire, Jumper wire, Ribbon cable, Heat-shrink tubing, Cable",
    "Solder, Flux, Adhesive, Soldering tip, Hand tool, Test lead, Measuring instrument",
)

STARTER_TYPES = tuple(name for group in _GROUPS for name in group.split(", "))


async def load_starter_types(application: Application) -> int:
    """Load them unless that was done before; the number of types that were added.

    Of two servers that start at once one loads and the other waits for it.
    """
    return await application.services.installation.load_starter_types(SEED_ACTOR, STARTER_TYPES)
