import Cocoa
import FlutterMacOS

class MainFlutterWindow: NSWindow {
  override func awakeFromNib() {
    let controller = FlutterViewController()
    // A new content view controller would shrink the window to nothing.
    let frame = self.frame
    contentViewController = controller
    setFrame(frame, display: true)
    RegisterGeneratedPlugins(registry: controller)
    super.awakeFromNib()
  }
}
