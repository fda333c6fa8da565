/// The names of files in a browser have no common beginning: a page's origin has a database of its own.
String usualFolder() => '';
