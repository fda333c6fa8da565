export 'folder_bell_io.dart' if (dart.library.js_interop) 'folder_bell_web.dart';
