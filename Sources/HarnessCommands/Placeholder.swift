import ArgumentParser
import Crypto
