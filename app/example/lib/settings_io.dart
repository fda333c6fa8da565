import 'dart:io';

/// The settings of a desktop: environment variables. None on a phone.
Map<String, String> get settings => Platform.environment;
