/// What this browser is called in the list of signed-in devices, unless the app knows a better name.
String get usualDeviceName => 'Browser';
