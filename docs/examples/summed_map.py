"""Add up all counts of each scan position of a 4D image whose scan is fastest: a map of the total intensity."""
import DigitalMicrograph as DM

data = DM.GetFrontImage()
pixels = data.GetNumArray()  # (v, u, y, x): DM's axes reversed
total = DM.CreateImage(pixels.sum(axis=(0, 1)).astype("float32"))
total.SetName("Summed map")
total.ShowImage()
print("brightest position: {:.0f} counts".format(total.GetNumArray().max()))
del data, total
