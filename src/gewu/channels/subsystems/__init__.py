"""Line systems of the same government: what they pass on, and how they fare."""
