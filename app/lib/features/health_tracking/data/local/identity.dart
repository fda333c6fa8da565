/// The name a device gave to an entry: its own key, and itself.
typedef Identity = ({String device, String local});
