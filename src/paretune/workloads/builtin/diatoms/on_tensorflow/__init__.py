"""The net on TensorFlow, in Keras, as the original had it."""
