"""The net for diatoms on TensorFlow, in Keras, as in the original experiment."""
