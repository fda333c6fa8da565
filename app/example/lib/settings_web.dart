/// The settings of a browser: the server is where the page comes from.
Map<String, String> get settings => {'WEIGHT_SYNC_SERVER': Uri.base.resolve('/').toString()};
