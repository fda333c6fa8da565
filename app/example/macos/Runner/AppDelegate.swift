import Cocoa
import FlutterMacOS

@main
class AppDelegate: FlutterAppDelegate {
  override func applicationShouldTerminateAfterLastWindowClosed(_ sender: NSApplication) -> Bool { true }

  override func applicationSupportsSecureRestorableState(_ app: NSApplication) -> Bool { true }
}
