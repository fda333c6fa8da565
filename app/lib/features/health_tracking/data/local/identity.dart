/// An entry's key on the device that created it, with that device's name.
typedef Identity = ({String device, String local});
